# Writes every page of the manual that the program CRM knows into the directory INTO.
execute_process(COMMAND ${CRM} __manual --list OUTPUT_VARIABLE pages OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[ \n]+" ";" pages "${pages}")
file(MAKE_DIRECTORY ${INTO})
foreach(page ${pages})
    execute_process(COMMAND ${CRM} __manual ${page} OUTPUT_FILE ${INTO}/${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
