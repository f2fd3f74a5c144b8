# SPDX-License-Identifier: MIT
# Prints mechanical faults in C sources, one per line: FILE|LINE|KIND|SED EXPRESSION.
#   awk [-v n=N] -f generate.awk FILE...
#
# With n, all faults of the rare kinds (swap, widen, skip-wait) and about one of N of the others: the choice
# depends only on the text of file and line, so other changes do not affect it.
#
#   drop       a statement is left out
#   double     an access is made twice
#   swap       two accesses are exchanged
#   widen      a register is accessed with twice its width
#   flip       the lowest bit of a constant is inverted
#   negate     a condition is negated
#   skip-wait  a wait ends at once, a poll ends without reading
#
# Works on the text, line by line. A change that does not compile, or compiles to the same code, is no fault.

BEGIN {
	for (i = 32; i < 127; i++) letters = letters sprintf("%c", i)
	if (!n) n = 1
}

function hash(text,    i, h) {
	for (i = 1; i <= length(text); i++) h = (h * 31 + index(letters, substr(text, i, 1))) % 1000003
	return h
}

function emit(kind, expression,    at) {
	at = expression
	sub(/^[0-9]*/, "", at) # the line's number
	if (kind ~ /swap|widen|skip-wait/ || hash(FILENAME kind $0 at) % n == 0) print FILENAME "|" FNR "|" kind "|" expression
}

# A call alone on its line.
function is_call(line) { return line ~ /^\t+[a-z_][a-z_0-9>.[\]-]*\(.*\);$/ }

# A call with an effect; computing something twice would not be a fault.
function is_access(line) {
	return is_call(line) && line !~ /wait_irq_|mb2_put/ &&
	       line ~ /io_(read|write|update)|put(8|16|32)?\(|write|select|irq_|clock_|raise|lower|dma_|send|command|deliver/
}

# A call, an assignment, an increment; not a declaration or a return.
function is_statement(line) {
	return is_call(line) || line ~ /^\t+\*?[a-z_][a-z_0-9.>[\]+-]* [|&^+-]?= .*;$/ ||
	       line ~ /^\t+[a-z_][^ =(]*(\+\+|--);$/
}

function indent(line) { match(line, /^\t*/); return RLENGTH }

function flip(word,    last) {
	if (word ~ /^0x/) {
		last = substr(word, length(word))
		return substr(word, 1, length(word) - 1) substr("1032547698badcfe", index("0123456789abcdef", tolower(last)), 1)
	}
	return word % 2 ? word - 1 : word + 1
}

# Each constant on the line, outside of strings.
function constants(    at, rest, word, n, quoted, i, c, before, after) {
	rest = $0
	at = 0
	while (match(rest, /(0x[0-9a-fA-F]+|[0-9]+)/)) {
		word = substr(rest, RSTART, RLENGTH)
		before = substr($0, 1, at + RSTART - 1)
		after = substr(rest, RSTART + RLENGTH, 1)
		at += RSTART + RLENGTH - 1
		rest = substr(rest, RSTART + RLENGTH)
		n = gsub(/"/, "\"", before)
		if (before ~ /\/[*\/]/) return
		if (n % 2 || before ~ /[A-Za-z_0-9.]$/ || after ~ /[A-Za-z_0-9.]/) continue
		emit("flip", FNR "s/^\\(.\\{" length(before) "\\}\\)" word "/\\1" flip(word) "/")
	}
}

FNR == 1 { previous = ""; comment = 0 }
{ code = $0; sub(/\/\*.*\*\//, "", code) }
code ~ /\/\*/ { comment = 1 }
comment { if (code ~ /\*\//) comment = 0; previous = ""; next }
/^#(include|ifndef|endif|pragma)/ || /^\/\*/ || /static_assert/ { previous = ""; next }

is_statement($0) {
	emit("drop", FNR "s/[^\\t].*/;/")
	if (is_access($0)) emit("double", FNR "s/.*/&\\n&/")
	if (is_access(previous) && is_access($0) && indent(previous) == indent($0))
		emit("swap", (FNR - 1) "{h;d};" FNR "G")
}
/^\t+(if|} else if|while) \(.*\)/ && /\)( \{| return.*;| break;| continue;|)$/ {
	emit("negate", FNR "s/\\(if\\|while\\) (\\(.*\\))\\( {\\| return.*;\\| break;\\| continue;\\|\\)$/\\1 (!(\\2))\\3/")
}
/^\t+return [^;]*(==|!=|<|>|&&|\|\|)[^;]*;$/ && !/\?/ {
	emit("negate", FNR "s/return \\(.*\\);/return !(\\1);/")
}
/ \? / { emit("negate", FNR "s/ ? \\([^:]*\\) : \\([^;,)]*\\)/ ? \\2 : \\1/") }
/struct io_(ro|wo|rw)8\)/ { emit("widen", FNR "s/\\(struct io_[rw][wo]\\)8)/\\116)/") }
/struct io_(ro|wo|rw)16\)/ { emit("widen", FNR "s/\\(struct io_[rw][wo]\\)16)/\\132)/") }
/struct io_(ro|wo|rw)32\)/ { emit("widen", FNR "s/\\(struct io_[rw][wo]\\)32)/\\164)/") }
/io_(read|write)8\(/ { emit("widen", FNR "s/\\(io_[a-z]*\\)8(/\\116(/") }
/io_(read|write)16\(/ { emit("widen", FNR "s/\\(io_[a-z]*\\)16(/\\132(/") }
/io_(read|write)32\(/ { emit("widen", FNR "s/\\(io_[a-z]*\\)32(/\\164(/") }
/wait_expired\(/ { emit("skip-wait", FNR "s/wait_expired(/true || &/") }
/^\t+(while|do|for) .*(io_read|wait_)/ { emit("skip-wait", FNR "s/\\(while\\) (\\(.*\\))/\\1 (false)/") }
/[^A-Za-z_0-9](0x[0-9a-fA-F]+|[0-9]+)/ { constants() }
{ previous = $0 }
