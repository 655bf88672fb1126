# Files that become part of the program as text.
#
#   include(lib/embed.cmake)
#   embed_files(TARGET FUNCTION FILE…)
#
# adds to TARGET a source that defines `std::span<const crm::EmbeddedFile> crm::FUNCTION()` (base/embedded.hpp): the name of
# each file without its folder, and its text, in the order given. Whoever calls the function declares it in a header.

if(CMAKE_SCRIPT_MODE_FILE)
    set(entries "")
    foreach(file ${FILES})
        get_filename_component(name ${file} NAME)
        file(READ ${file} text)
        string(APPEND entries "    {\"${name}\", R\"embed(${text})embed\"},\n")
    endforeach()
    file(WRITE ${OUTPUT} "#include \"base/embedded.hpp\"\n\nnamespace crm {\n\nstatic constexpr EmbeddedFile files[] = {\n${entries}};\n\nstd::span<const EmbeddedFile> ${FUNCTION}();\nstd::span<const EmbeddedFile> ${FUNCTION}() {\n    return files;\n}\n\n}  // namespace crm\n")
    return()
endif()

set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(embed_files target function)
    set(output ${PROJECT_BINARY_DIR}/embedded/${function}.cpp)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DFUNCTION=${function} -DOUTPUT=${output} "-DFILES=${ARGN}" -P ${EMBED_SCRIPT}
        DEPENDS ${ARGN} ${EMBED_SCRIPT} VERBATIM)
    target_sources(${target} PRIVATE ${output})
    set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
