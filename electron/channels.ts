/** The two IPC channels, and where the desk is served from inside the shell. */
export const CALL = 'ptlab:call'
export const PUSH = 'ptlab:push'
export const SCHEME = 'ptlab'
export const DESK_URL = `${SCHEME}://desk/index.html`
