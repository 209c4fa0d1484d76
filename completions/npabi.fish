# SPDX-License-Identifier: MIT
#
# Completion for fish.

# Is the command $argv[1]?  Without an argument: is none given yet?
function __npabi_is
    set -l words (commandline -opc)
    if test (count $argv) -eq 0
        test (count $words) -eq 1
    else
        test (count $words) -gt 1; and test $words[2] = $argv[1]
    end
end

complete -c npabi -f
complete -c npabi -n __npabi_is -a run -d 'run a program and tell of what does not fit its NumPy'
complete -c npabi -n __npabi_is -a scan -d 'read extension files without running anything'
complete -c npabi -n __npabi_is -a explain -d 'say what an error or traceback means'
complete -c npabi -s h -l help -d 'tell of the options'
complete -c npabi -n __npabi_is -s V -l version -d 'tell the version'

complete -c npabi -n '__npabi_is run' -s f -l format -x -a 'text jsonl' -d 'form of the records'
complete -c npabi -n '__npabi_is run' -s L -l level -x -a 'error warn info debug' -d 'what is told'
complete -c npabi -n '__npabi_is run' -s l -l log -r -F -a 'stderr stdout syslog' -d 'where records go'
complete -c npabi -n '__npabi_is run' -s S -l strict -d 'refuse what does not fit'
complete -c npabi -n '__npabi_is run' -s s -l summary -d 'a table at the end of each process'
complete -c npabi -n '__npabi_is run' -a '(__fish_complete_subcommand --fcs-skip=2)'

complete -c npabi -n '__npabi_is scan' -F
complete -c npabi -n '__npabi_is scan' -s a -l all -d 'show extensions that are right, too'
complete -c npabi -n '__npabi_is scan' -s B -l write-baseline -r -F -d 'write what is found there'
complete -c npabi -n '__npabi_is scan' -s b -l baseline -r -F -d 'what is in there is known'
complete -c npabi -n '__npabi_is scan' -s F -l fail-on -x -a 'warn error unsafe never' -d 'least verdict that fails'
complete -c npabi -n '__npabi_is scan' -s f -l format -x -a 'text jsonl sarif html' -d 'form of the output'
complete -c npabi -n '__npabi_is scan' -s j -l jobs -x -d 'read so many files at the same time'
complete -c npabi -n '__npabi_is scan' -s n -l numpy -x -d 'hold against this NumPy'
complete -c npabi -n '__npabi_is scan' -s o -l output -r -F -d 'write there'

complete -c npabi -n '__npabi_is explain' -s f -l format -x -a 'text jsonl' -d 'form of the output'
complete -c npabi -n '__npabi_is explain' -a - -d 'standard input'
