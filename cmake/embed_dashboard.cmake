# cmake -DFOLDER=dist -DTEMPLATE=FILE.cc.in -DOUTPUT=FILE.cc -P embed_dashboard.cmake
# Writes what web/ has built as characters of C++.
function(read_characters file variable)
  file(READ ${file} characters HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," characters "${characters}")
  set(${variable} "${characters}" PARENT_SCOPE)
endfunction()

read_characters(${FOLDER}/index.html PAGE)
read_characters(${FOLDER}/app.js SCRIPT)
read_characters(${FOLDER}/app.css STYLE)
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
