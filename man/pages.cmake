# Writes every page of the manual of the program CRM into the folder INTO.
execute_process(COMMAND ${CRM} __manual --list OUTPUT_VARIABLE pages OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[ \n]+" ";" pages "${pages}")
file(REMOVE_RECURSE ${INTO})  # pages that there are no more
file(MAKE_DIRECTORY ${INTO})
foreach(page ${pages})
    execute_process(COMMAND ${CRM} __manual ${page} OUTPUT_FILE ${INTO}/${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
