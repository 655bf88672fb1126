# Completion of crm for bash (4.4 or later). Source this file, or install it as
# /usr/share/bash-completion/completions/crm. What can be typed is asked of crm itself: crm __complete.

# A candidate as it must stand on the line, so that it is that text and nothing in it is run. $1: the text, $2: the open
# quotation mark before it, or nothing. Fails where it cannot be written so: ! within double quotation marks.
__crm_quoted() {
    case $2 in
        "'") printf '%s' "${1//"'"/"'\\''"}" ;;
        '"')
            [[ $1 != *!* ]] && printf '%s' "$1" | sed 's/[\\$`"]/\\&/g'
            ;;
        *)
            # What no shell reads in a special way stays as it is: a comma needs no backslash.
            if [[ $1 == *[!A-Za-z0-9_@%+=:,./-]* ]]; then
                printf '%q' "$1"
            else
                printf '%s' "$1"
            fi
            ;;
    esac
}

_crm() {
    # The words up to the cursor, as crm would get them: quotes and backslashes off, nothing expanded. COMP_WORDS would not
    # do, since readline breaks words at every character of COMP_WORDBREAKS. `start` is where readline's own word begins
    # within ours: it replaces no more than that.
    local line=${COMP_LINE:0:COMP_POINT} word= quote= char i begun= start=0
    local -a words=()
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        case $quote:$char in
            "':'" | '":"') quote= ;;
            "':"*) word+=$char ;;
            '":\' | ':\') i=$((i + 1)) word+=${line:i:1} begun=1 ;;
            '":'*) word+=$char ;;
            ":'" | ':"') quote=$char start=${#word} begun=1 ;;
            ': ' | $':\t' | $':\n')
                [[ $begun ]] && words+=("$word")
                word= begun= start=0
                ;;
            *)
                word+=$char begun=1
                # readline keeps an @ in the word that it begins.
                [[ $COMP_WORDBREAKS == *"$char"* ]] && start=${#word}
                [[ $COMP_WORDBREAKS == *@* && $char == @ ]] && start=$((start - 1))
                ;;
        esac
    done
    words+=("$word")

    local -a found=() help=()
    local text files=
    while IFS=$'\t' read -r text char; do
        [[ $text == :files ]] && files=1 && continue
        found+=("${text:start}") help+=("$char")
    done < <("${words[0]/#\~/$HOME}" __complete -- "${words[@]:1}" 2>/dev/null)

    COMPREPLY=()
    for i in "${!found[@]}"; do
        text=${found[i]}
        # Where candidates are only listed, they are listed with what they are.
        if ((${#found[@]} > 1)) && [[ ${COMP_TYPE:-9} == @(63|33|64) ]]; then
            [[ ${help[i]} ]] && text+="  (${help[i]})"
        else
            text=$(__crm_quoted "$text" "$quote") || continue
        fi
        COMPREPLY+=("$text")
    done
    if ((${#found[@]} == 1)) && [[ ${found[0]} == *[:=.,] ]]; then
        compopt -o nospace
    fi
    if [[ $files ]]; then
        compopt -o filenames
        while IFS= read -r text; do COMPREPLY+=("$text"); done < <(compgen -f -- "${word:start}")
    fi
}

complete -o nosort -F _crm crm
