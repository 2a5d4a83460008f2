import { connection } from '../state/backend.ts'
import { dismiss, type Notice, notices } from '../state/notices.ts'
import { reconnect } from '../state/reconnect.ts'

export function Notices() {
  return (
    <aside class="notices" aria-label="Notices">
      {connection.value === 'lost' && (
        <div class="notice error" role="alert" data-testid="connection-lost">
          <span class="notice-mark" aria-hidden="true">
            ⚠
          </span>
          <span>
            The connection to the lab host is lost; your text is safe here. If the host was started anew, open
            the address it prints; else
          </span>
          <button type="button" class="btn" onClick={reconnect}>
            Reconnect
          </button>
        </div>
      )}
      {notices.value.map((notice) => (
        <NoticeBox key={notice.id} notice={notice} />
      ))}
    </aside>
  )
}

function NoticeBox({ notice }: { notice: Notice }) {
  const act = (): void => {
    dismiss(notice.id)
    notice.action?.run()
  }
  return (
    <div
      class={`notice ${notice.kind}`}
      role={notice.kind === 'error' ? 'alert' : 'status'}
      data-testid="notice"
    >
      <span class="notice-mark" aria-hidden="true">
        {notice.kind === 'error' ? '⚠' : 'ⓘ'}
      </span>
      <span class="notice-text">{notice.text}</span>
      {notice.action && (
        <button type="button" class="btn" onClick={act}>
          {notice.action.title}
        </button>
      )}
      <button type="button" class="icon" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
        ✕
      </button>
    </div>
  )
}
