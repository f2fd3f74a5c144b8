# SPDX-License-Identifier: MIT
# Writes a source with a number for how this build lays out the state of machines: a hash of all headers,
# as those define it. SOURCE: the project's root; OUT: the file.
file(GLOB_RECURSE headers ${SOURCE}/emu/*.h ${SOURCE}/devices/*.h ${SOURCE}/harness/*.h ${SOURCE}/drivers/io/host/*.h)
list(SORT headers)
set(hashes)
foreach(header IN LISTS headers)
  file(SHA256 ${header} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 layout "${hashes}")
string(SUBSTRING ${layout} 0 16 layout)
set(text "/* Made by cmake/StateLayout.cmake. */\n#include \"harness/machine/state_layout.h\"\n\n")
string(APPEND text "const char state_layout[] = \"${layout}\";\n")
file(WRITE ${OUT}.new "${text}")
file(RENAME ${OUT}.new ${OUT})
