/* SPDX-License-Identifier: MIT */
/* Scripts: one command per line, run against a machine in virtual time. docs/scripts.md describes
 * the language. */
#ifndef HARNESS_CONSOLE_SCRIPT_H
#define HARNESS_CONSOLE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/console/expect.h"
#include "harness/console/keys.h"

enum {
	SCRIPT_MAX_COMMANDS = 4096,
	SCRIPT_MAX_SIZE = 1 << 20, /* bytes of source */
	SCRIPT_MAX_LINE = 4096,
	SCRIPT_ERROR_SIZE = 512
};

enum script_verb {
	SCRIPT_WAIT,
	SCRIPT_CHECK,
	SCRIPT_SEND,
	SCRIPT_PRESS,
	SCRIPT_TYPE,
	SCRIPT_SLEEP,
	SCRIPT_QUIT
};

enum script_result {
	SCRIPT_RUNNING,
	SCRIPT_FINISHED, /* all commands are done */
	SCRIPT_PASSED,   /* `quit` was reached */
	SCRIPT_FAILED    /* script->error says what and where */
};

enum script_source { SCRIPT_SERIAL, SCRIPT_DEBUGCON, SCRIPT_SCREEN };

struct script_command {
	enum script_verb verb;
	enum script_source source; /* wait, check: the text that they search */
	struct expect expect;      /* wait, check; only if compiled */
	bool compiled;
	struct key_chord chord; /* press */
	uint64_t ns;            /* wait: timeout, 0: none; sleep: how long */
	char *text;             /* send, type: bytes; wait, check: the regex; owned */
	size_t len;
	unsigned line;
};

struct script {
	char *name;                     /* for messages; owned */
	struct script_command *command; /* owned */
	size_t n;
	char error[SCRIPT_ERROR_SIZE];
	struct script_state {  /* plain data */
		size_t next;   /* the command in progress */
		size_t offset; /* how much of its text is queued already */
		bool started;
		uint64_t started_ns;
		uint64_t cursor[SCRIPT_SCREEN]; /* for each log: where the next wait starts */
	} s;
};

/* What a script acts on. */
struct script_host {
	const struct text_log *serial, *debugcon;
	/* The screen as lines of text, *len bytes, valid until the next call; NULL: no screen. */
	const char *(*screen)(void *ctx, size_t *len);
	/* Queue bytes for the serial line; returns how many were taken. */
	size_t (*send)(void *ctx, const void *bytes, size_t len);
	/* Queue a chord for the keyboard; false: no room now. */
	bool (*press)(void *ctx, const struct key_chord *chord);
	/* Everything queued has reached the guest. */
	bool (*idle)(void *ctx);
	void *ctx;
};

/* Parse `size` bytes. False: script->error says what, as "name:line: ..."; nothing to free. */
bool script_parse(struct script *s, const char *name, const char *source, size_t size);
/* The same from a file. */
bool script_load(struct script *s, const char *path);
void script_free(struct script *s);
/* Does it press keys? Then the machine must have a keyboard. */
bool script_presses_keys(const struct script *s);
/* Does it wait for something there, or check it? Does it send to the serial line? Then the machine
 * must have that. */
bool script_looks_at(const struct script *s, enum script_source source);
bool script_sends(const struct script *s);
/* Run commands until one has to wait. now_ns is the virtual time. */
enum script_result script_poll(struct script *s, const struct script_host *host, uint64_t now_ns);
/* The virtual time at which the wait in progress times out; UINT64_MAX: never. */
uint64_t script_deadline(const struct script *s);
/* The run has ended, because of `why`. Waits and checks that match text that is there already still
 * pass. If other commands are left, the result is SCRIPT_FAILED, and script->error says why. */
enum script_result script_end(struct script *s, const struct script_host *host, uint64_t now_ns,
			      const char *why);

/* Is a wait or check among the commands that are left? The others only touch the guest. */
bool script_looks_again(const struct script *s);

#endif
