import { render } from 'preact'
import { actions } from './commands/actions.ts'
import { installHotkeys, registerActions, runNamed } from './commands/registry.ts'
import { Desk } from './Desk.tsx'
import type { Transport } from './link/pickLink.ts'
import { showAppState } from './state/activity.ts'
import { useReconnect } from './state/reconnect.ts'
import { start } from './state/session.ts'
import { showTheme } from './state/theme.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/dock.css'
import './styles/controls.css'
import './styles/panes.css'

/** Puts the desk on the page, over whatever carries its calls to a host. */
export function boot(transport: Transport): void {
  const desk = document.getElementById('desk')
  if (!desk) throw new Error('index.html has no #desk')
  useReconnect(() => transport.reconnect())
  registerActions(actions)
  installHotkeys(window)
  showTheme(document.documentElement)
  showAppState(document.documentElement)
  render(<Desk />, desk)
  void start(transport.link, runNamed)
}
