# Completion of crm for fish. Source this file, or install it as ~/.config/fish/completions/crm.fish. What can be typed is
# asked of crm itself: crm __complete.

function __crm_complete
    set -l words (commandline -opc)
    # The word at the cursor comes as it was typed, perhaps with a quotation mark that is still open.
    set -l typed (commandline -ct)
    set -l last (string unescape -- $typed)
    or set last (string replace -r '^["\']' '' -- $typed)
    for line in ($words[1] __complete -- $words[2..] "$last" 2>/dev/null)
        if test $line = :files
            __fish_complete_path "$last"
        else
            echo $line
        end
    end
end

complete -c crm -f -a '(__crm_complete)'
