import { boot } from './boot.tsx'
import { pickLink } from './link/pickLink.ts'
import { connection } from './state/backend.ts'

boot(
  pickLink((state) => {
    connection.value = state
  }),
)
