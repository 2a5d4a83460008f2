import { boot } from '../boot.tsx'
import { connection } from '../state/backend.ts'
import { fakeLink } from './fakeLink.ts'

connection.value = 'open'
boot({ link: fakeLink(), reconnect: () => undefined })
