/**
 * The completion scripts. Each only asks `slipway __complete` with the words up to the cursor and shows the answer, so
 * they know no command and never grow old. Pure text.
 */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** bash takes "=" for a word of its own; the words are put together again before anybody is asked. */
const BASH = `# bash completion of slipway. Load it: source <(slipway completion bash)
_slipway() {
  local words=() word glue='' index
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -n $glue || $word == '=' ]] && ((\${#words[@]} > 0)); then words[-1]+=$word; else words+=("$word"); fi
    if [[ $word == '=' ]]; then glue=1; else glue=''; fi
  done
  local current=\${words[-1]-} line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      [[ $current != *=* ]] || current=\${current#*=}
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
      return
    fi
    line=\${line%%$'\\t'*}
    [[ $current != *=* ]] || line=\${line#*=}
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -ne 1 || \${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}
complete -F _slipway slipway ./slipway
`;

const ZSH = `#compdef slipway
# zsh completion of slipway. Load it: source <(slipway completion zsh)
_slipway() {
  local -a lines values
  local line
  lines=("\${(@f)$("\${(Q)words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${lines[1]} == ':files' ]]; then
    _files
    return
  fi
  for line in "\${lines[@]}"; do
    [[ -n $line ]] || continue
    values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  ((\${#values})) && _describe -V slipway values
}
if [[ \${funcstack[1]-} == _slipway ]]; then _slipway "$@"; else compdef _slipway slipway; fi
`;

const FISH = `# fish completion of slipway. Load it: slipway completion fish | source
function __slipway_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  test (count $current) -gt 0; or set current ''
  set -l lines ($words[1] __complete -- $words[2..-1] $current 2>/dev/null)
  if test "$lines[1]" = ':files'
    __fish_complete_path $current
  else if test (count $lines) -gt 0
    printf '%s\\n' $lines
  end
end
complete -c slipway -f -k -a '(__slipway_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
