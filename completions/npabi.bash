# SPDX-License-Identifier: MIT
#
# Completion for bash 4 and later.  It needs nothing but bash; where the package
# bash-completion is loaded, the command after "npabi run" is completed by its rules.
# shellcheck shell=bash

# _npabi_words WORDS: offers those of WORDS that begin as $current does, and no files.
_npabi_words() {
	compopt +o default +o bashdefault 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

_npabi_options() {
	case $1 in
	run) echo '-f --format -h --help -L --level -l --log -S --strict -s --summary' ;;
	scan)
		echo '-a --all -B --write-baseline -b --baseline -F --fail-on -f --format'
		echo '-h --help -j --jobs -n --numpy -o --output'
		;;
	explain) echo '-f --format -h --help' ;;
	*) echo '-h --help -V --version' ;;
	esac
}

# _npabi_value COMMAND OPTION: offers values; false where OPTION takes none.
_npabi_value() {
	case $2 in
	-f | --format)
		if [[ $1 = scan ]]; then
			_npabi_words 'text jsonl sarif html'
		else
			_npabi_words 'text jsonl'
		fi
		;;
	-L | --level) _npabi_words 'error warn info debug' ;;
	-l | --log)
		mapfile -t COMPREPLY < <(compgen -W 'stderr stdout syslog' -- "$current")
		;;
	-F | --fail-on) _npabi_words 'warn error unsafe never' ;;
	-n | --numpy | -j | --jobs) _npabi_words '' ;;
	-b | --baseline | -B | --write-baseline | -o | --output) ;; # files
	*) return 1 ;;
	esac
}

# Sets place to where the command of "npabi run" begins, be it at the word at hand;
# behind that where the word at hand is an option's value.
_npabi_find_command() {
	for ((place = 2; place < COMP_CWORD; place++)); do
		case ${COMP_WORDS[place]} in
		--)
			place=$((place + 1))
			return
			;;
		-f | -L | -l | --format | --level | --log)
			[[ ${COMP_WORDS[place + 1]} != '=' ]] || place=$((place + 1))
			place=$((place + 1))
			;;
		-*) ;;
		*) return ;;
		esac
	done
}

# Completes the command of "npabi run", which begins at $place; false: it is not there yet.
_npabi_command() {
	((place <= COMP_CWORD)) || return
	[[ $current != -* || $place -lt $COMP_CWORD || ${COMP_WORDS[place - 1]} = -- ]] ||
		return
	if declare -F _command_offset >/dev/null; then
		_command_offset "$place"
	elif ((place == COMP_CWORD)); then
		mapfile -t COMPREPLY < <(compgen -c -- "$current")
	fi
}

_npabi() {
	local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} place
	COMPREPLY=()

	((COMP_CWORD > 1)) || command=
	# bash parts --format=text into three words
	if [[ $current = '=' ]]; then
		current=
	elif [[ $option = '=' ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	if [[ $command = run ]]; then
		_npabi_find_command
		_npabi_command && return
	fi
	_npabi_value "$command" "$option" && return
	if [[ $current = -* ]]; then
		_npabi_words "$(_npabi_options "$command")"
	elif [[ ! $command ]]; then
		_npabi_words 'run scan explain'
	elif [[ $command = explain ]]; then
		_npabi_words '-'
	fi
}

complete -o default -o bashdefault -F _npabi npabi
