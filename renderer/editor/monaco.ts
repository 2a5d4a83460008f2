/** Monaco with TypeScript and nothing else; loaded after the desk is there. */
import 'monaco-editor/features/register.all.js'
import 'monaco-editor/languages/definitions/typescript/register.js'
import * as monaco from 'monaco-editor/editor.js'
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker'
import TsWorker from 'monaco-editor/language/typescript/ts.worker.js?worker'
import * as typescript from 'monaco-editor/languages/features/typescript/register.js'

export { monaco }

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) =>
    label === 'typescript' || label === 'javascript' ? new TsWorker() : new EditorWorker(),
}

/** Teaches the editor what scenarios can use: 'ptlab' and plain ECMAScript, no DOM and no Node. */
export function setUpTypeScript(types: readonly { name: string; text: string }[]): void {
  const { typescriptDefaults: defaults, ScriptTarget, ModuleKind, ModuleResolutionKind } = typescript
  defaults.setCompilerOptions({
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.NodeJs,
    lib: ['es2023'],
    strict: true,
    noEmit: true,
    allowNonTsExtensions: true,
    allowImportingTsExtensions: true,
    types: [],
  })
  defaults.setEagerModelSync(true)
  for (const { name, text } of types) defaults.addExtraLib(text, libraryPath(name, text))
}

/** A file that declares its module is taken by its name; one that is the module's own text stands where imports look for it. */
function libraryPath(name: string, text: string): string {
  return text.includes("declare module 'ptlab'") || text.includes('declare module "ptlab"')
    ? `file:///${name}`
    : 'file:///node_modules/ptlab/index.d.ts'
}

export function modelUri(path: string): monaco.Uri {
  return monaco.Uri.file(`/scenarios/${path.replace(/^\/+/, '')}`)
}
