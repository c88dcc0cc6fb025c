# Functions that run a program on a terminal of tmux. Sourced after lib.sh.
# shellcheck shell=bash disable=SC2154

# Each terminal has a server of its own: one that ends still takes clients.
terminals=0
answers=0

mux() { tmux -L "dropcap$terminals" -f /run/tmux.conf "$@"; }
screen() { mux capture-pane -p; }
press() { mux send-keys "$@"; }
type_text() { mux send-keys -l "$1"; }

# open_terminal COLUMNS ROWS SHELL [ASSIGNMENT...]: a terminal with a shell, and nothing more on the screen than its prompt.
open_terminal() {
  local columns=$1 rows=$2 shell=$3
  shift 3
  ((terminals == 0)) || mux kill-server
  ((++terminals))
  printf '%s\n' 'set -g status off' 'set -g default-terminal screen-256color' >/run/tmux.conf
  mux new-session -d -x "$columns" -y "$rows" "exec env $* PS1='ready> ' $shell"
  see '^ready>' || return
  tty=$(mux display-message -p '#{pane_tty}')
  settings=$(settings_now)
}

# The settings of the terminal. Without their first line: it has the size.
settings_now() { stty -a -F "$tty" | tail -n +2; }

# Whether the screen has a line that fits an extended regular expression.
shows() { grep -qE -- "$1" <<<"$(screen)"; }

# Waits until the screen has such a line. Without one, prints the screen.
see() {
  local try
  for ((try = 0; try < 100; try++)); do
    shows "$1" && return
    # A look at the screen costs an emulated processor much.
    sleep 0.3
  done
  echo "${0##*/}: waited in vain for: $1" >&2
  screen >&2
  return 1
}

# keep_screen NAME: what the screen shows, without colours and with them.
keep_screen() {
  screen >"$dir/$1.screen"
  mux capture-pane -e -p >"$dir/$1.colours"
}

# The program that the shell runs.
foreground() { pgrep -P "$(mux display-message -p '#{pane_pid}')"; }

in_alternate_screen() { [[ $(mux display-message -p '#{alternate_on}') == 1 ]]; }

# Whether the terminal is as it was: its settings, its normal screen, and a cursor that can be seen.
restored() {
  [[ $(settings_now) == "$settings" && $(mux display-message -p '#{alternate_on} #{cursor_flag}') == '0 1' ]]
}

# keep_terminal NAME: waits until the terminal is as it was and the shell answers. NAME.terminal has what is different: nothing.
keep_terminal() {
  wait_for restored
  {
    diff <(echo "$settings") <(settings_now)
    mux display-message -p '#{?alternate_on,alternate screen,}#{?cursor_flag,,no cursor}' | grep .
  } >"$dir/$1.terminal"
  ((++answers))
  # The shell computes, so that the line that is typed differs from the answer.
  type_text "echo answer \$(($answers + 0))"
  press Enter
  see "^answer $answers\$"
}
