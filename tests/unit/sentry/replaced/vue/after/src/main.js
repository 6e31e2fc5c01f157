import { createApp } from 'vue'
import posthog from 'posthog-js'
import { initPostHog } from './lib/posthog'
import App from './App.vue'
import router from './router'

const app = createApp(App)

initPostHog()
app.config.errorHandler = (error, _instance, info) => posthog.captureException(error, { info })

app.use(router)
app.mount('#app')
