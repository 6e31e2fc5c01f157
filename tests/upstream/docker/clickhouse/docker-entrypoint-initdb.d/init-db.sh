#!/bin/sh
# The mini upstream prepares nothing.
