# SPDX-License-Identifier: MIT
# Checks which files may include which. Input: the names of all files, one per line; an empty line; then the #include
# lines of the sources, as FILE:LINE:TEXT. Prints each violation as FILE:LINE: what is wrong. Exit status: 1 if there
# is any, 2 if there is no source at all. docs/ARCHITECTURE.md has a picture of the rules.
#
# The room of a file is the longest of these folders that contains it. For each room: the rooms that it may include
# besides itself ("harness below": those of harness/ after it in `order`); and which of its files, or all, may include
# emu/unicorn. A program that links such files is GPL-2.0 as a whole.
function rooms() {
	room("emu", "")
	room("emu/x86", "emu")
	room("emu/unicorn", "emu", "all")
	room("emu/unicorn/x86", "emu emu/x86 emu/unicorn", "all")
	room("devices", "emu")
	room("drivers", "drivers/include drivers/io")
	room("drivers/include", "")
	room("drivers/io/host", "emu emu/x86 drivers/include")
	room("drivers/io/metal", "drivers/include")
	order = "command twin console catalogue diagnosis record boot machine firmware support"
	harness("command", "drivers/include harness/machine/include", "main")
	harness("twin", "drivers/include drivers/io/host", "kernel")
	harness("console", "")
	harness("catalogue", "")
	harness("diagnosis", "")
	harness("record", "")
	harness("boot", "drivers/include")
	harness("machine", "harness/machine/include drivers/io/host", "cpu")
	room("harness/machine/include", "emu devices harness/machine") # what modules include
	harness("firmware", "")
	harness("support", "")
	room("harness/twin/include", "harness/twin/host") # twin_world.h differs between the two builds
	room("harness/twin/host", "harness/twin harness/twin/include harness/catalogue harness/machine harness/support drivers/io/host emu")
	room("harness/twin/metal", "harness/twin/include drivers/include drivers/io/metal")
	room("tests", "*", "all")
	split("float.h iso646.h limits.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdnoreturn.h", list, " ")
	for (i in list) freestanding[list[i]] = 1
	split("io.h dma.h linear.h msr.h wait.h x86_cpu.h portio_world.h", list, " ")
	for (i in list) accessor[list[i]] = accessor["bimetal/" list[i]] = 1
}

function room(name, may_include, unicorn) {
	is_room[name] = 1
	allowed[name] = " " may_include " "
	with_unicorn[name] = " " unicorn " "
}

function harness(name, besides, unicorn,    i, n, list, below) {
	n = split(order, list, " ")
	for (i = n; list[i] != name; i--) below = below " harness/" list[i]
	room("harness/" name, "emu emu/x86 devices " besides below, unicorn)
}

function folder(path) { return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "" }

function file_name(path) { sub(/.*\//, "", path); return path }

function room_of(path,    at) {
	for (at = folder(path); at != ""; at = folder(at)) if (at in is_room) return at
	return ""
}

# a/b/../c without its dots
function plain(path,    n, list, i, out, k) {
	n = split(path, list, "/")
	k = 0
	for (i = 1; i <= n; i++) {
		if (list[i] == "..") { if (k) k-- }
		else if (list[i] != "." && list[i] != "") out[++k] = list[i]
	}
	path = out[1]
	for (i = 2; i <= k; i++) path = path "/" out[i]
	return path
}

# The file that the preprocessor would find.
function resolve(file, path, quoted,    beside) {
	beside = plain(folder(file) "/" path)
	if (quoted && beside in exists) return beside
	if (("drivers/include/" path) in exists) return "drivers/include/" path
	if (("harness/machine/include/" path) in exists) return "harness/machine/include/" path
	if (("harness/twin/include/" path) in exists) return "harness/twin/include/" path
	if (("harness/twin/host/" path) in exists) return "harness/twin/host/" path
	return path ~ /\.\./ ? beside : path
}

function listed(word, words) { return index(words, " " word " ") > 0 }

function may(file, path, quoted,    from, to, stem) {
	from = room_of(file)
	to = room_of(path)
	if (path ~ /^unicorn\//) return from ~ /^emu\/unicorn/
	if (from == "tests") return 1
	if (path == "bimetal/model_names.h") return from == "harness/machine/include" # made by the build
	if (path ~ /^bimetal\// && path in accessor) return from ~ /^(drivers|harness\/twin)/
	# freestanding C, the accessors, and what ships; a user's kernel includes the host's accessors too
	if (from ~ /^drivers(\/include)?$/ || (from == "drivers/io/host" && file_name(file) in accessor)) {
		if (!quoted) return path in freestanding
		if (path in accessor || (to == from && file_name(path) in accessor)) return 1
		return to == "drivers/include" || (from == "drivers" && folder(path) == folder(file))
	}
	if (to == "") return !quoted || path !~ /\// # a system's header, or one of the host's accessors
	if (to ~ /^emu\/unicorn/ && from !~ /^emu\/unicorn/) {
		stem = file
		sub("^" from "/", "", stem)
		sub(/\.[ch]$/, "", stem)
		return listed(stem, with_unicorn[from])
	}
	return from == to || listed(to, allowed[from])
}

BEGIN { rooms(); names = 1 }
names && $0 == "" { names = 0; next }
names { exists[$0] = 1; next }
{
	if (!match($0, /^[^:]+:[0-9]+:/)) next
	place = substr($0, 1, RLENGTH)
	text = substr($0, RLENGTH + 1)
	file = substr(place, 1, index(place, ":") - 1)
	sub(/^[ \t]*#[ \t]*include(_next)?[ \t]*/, "", text)
	seen = 1
	if (text ~ /^"/) quoted = 1
	else if (text ~ /^</) quoted = 0
	else {
		print place " include by macro hides what is included: " text
		bad = 1
		next
	}
	path = substr(text, 2)
	sub(/[">].*/, "", path)
	path = resolve(file, path, quoted)
	if (!may(file, path, quoted)) {
		print place " must not include " path
		bad = 1
	}
}
END { exit seen ? bad : 2 }
