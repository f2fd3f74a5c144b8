/* SPDX-License-Identifier: MIT */
#include "harness/command/verdict.h"

#include "harness/command/session.h"

/* ---- the machine's own end ---- */

static enum run_end end_of_event(const struct session *s)
{
	switch (s->machine.s.event) {
	case MACHINE_DEBUG_EXIT: return RUN_END_DEBUG_EXIT;
	case MACHINE_RESET: return RUN_END_RESET;
	case MACHINE_POWEROFF: return RUN_END_POWEROFF;
	case MACHINE_RUNNING:
	case MACHINE_QUIT:
	default: return RUN_END_NONE;
	}
}

enum run_end verdict_of_stop(const struct session *s, enum cpu_stop stop)
{
	enum run_end end = end_of_event(s);
	if (end != RUN_END_NONE) return end;
	switch (stop) {
	case CPU_STOP_HALTED: return RUN_END_HALTED;
	case CPU_STOP_TRIPLE_FAULT: return RUN_END_TRIPLE_FAULT;
	case CPU_STOP_BAD_FETCH: return RUN_END_BAD_FETCH;
	case CPU_STOP_UNWRITTEN: return RUN_END_UNWRITTEN;
	case CPU_STOP_INTERNAL: return RUN_END_INTERNAL;
	case CPU_STOP_TIME:
	case CPU_STOP_REQUESTED:
	case CPU_STOP_PREEMPTED:
	default: return RUN_END_NONE;
	}
}

/* ---- what a script sees and touches ---- */

static const char *host_screen(void *ctx, size_t *len)
{
	struct session *s = ctx;
	session_read_screen(s);
	*len = s->screen_len;
	return s->screen;
}

static size_t host_send(void *ctx, const void *bytes, size_t len)
{
	struct session *s = ctx;
	return serial_feed_send(&s->feed, bytes, len);
}

static bool host_press(void *ctx, const struct key_chord *chord)
{
	struct session *s = ctx;
	return key_feed_press(&s->keys, chord);
}

static bool host_idle(void *ctx)
{
	const struct session *s = ctx;
	return serial_feed_idle(&s->feed) && key_feed_idle(&s->keys);
}

static struct script_host host_of(struct session *s)
{
	return (struct script_host){ .serial = &s->serial,
				     .debugcon = &s->debug,
				     .screen = host_screen,
				     .send = host_send,
				     .press = host_press,
				     .idle = host_idle,
				     .ctx = s };
}

/* ---- expectation and script ---- */

static bool expect_met(struct session *s)
{
	if (s->outcome.matched) return true;
	s->outcome.matched = expect_search(&s->expect, &s->serial, &s->expect_cursor);
	if (s->outcome.matched) return true;
	s->outcome.matched = expect_search(&s->expect, &s->debug, &s->expect_debug_cursor);
	if (s->outcome.matched) return true;
	session_read_screen(s);
	s->outcome.matched = expect_search_text(&s->expect, s->screen, s->screen_len);
	return s->outcome.matched;
}

/* Script and expectation: with both, the script goes to its end, and the text must come too. */
enum run_end verdict_poll(struct session *s)
{
	bool met = s->has_expect && expect_met(s);
	if (!s->has_script || s->script_done) return met ? RUN_END_EXPECT : RUN_END_NONE;
	struct script_host host = host_of(s);
	switch (script_poll(&s->script, &host, clock_now(&s->machine.clock))) {
	case SCRIPT_PASSED: return RUN_END_SCRIPT;
	case SCRIPT_FAILED: return RUN_END_SCRIPT_FAILED;
	case SCRIPT_FINISHED: s->script_done = true; return met ? RUN_END_EXPECT : RUN_END_NONE;
	case SCRIPT_RUNNING:
	default: return RUN_END_NONE;
	}
}

/* The last words may be what was waited for. */
void verdict_settle(struct session *s)
{
	struct run_outcome *o = &s->outcome;
	if (s->has_expect) expect_met(s);
	bool ended = o->end != RUN_END_SCRIPT && o->end != RUN_END_SCRIPT_FAILED &&
		     o->end != RUN_END_EXPECT;
	if (!s->has_script || s->script_done || !ended) return;
	/* Keys and pauses that are left do not matter to a guest that is done: its own word counts.
	 */
	bool done = o->end == RUN_END_DEBUG_EXIT || o->end == RUN_END_POWEROFF;
	if (done && !script_looks_again(&s->script)) return;
	struct script_host host = host_of(s);
	o->guest_end = o->end;
	enum script_result r = script_end(&s->script, &host, s->virtual_ns, run_end_name(o->end));
	if (r == SCRIPT_PASSED) o->end = RUN_END_SCRIPT;
	/* A limit or a crash is the better explanation; both are failures. */
	bool plain = o->end == RUN_END_DEBUG_EXIT || o->end == RUN_END_RESET ||
		     o->end == RUN_END_POWEROFF || o->end == RUN_END_HALTED ||
		     o->end == RUN_END_USER;
	if (r == SCRIPT_FAILED && plain) o->end = RUN_END_SCRIPT_FAILED;
}

/* ---- names and exit codes ---- */

const char *run_end_name(enum run_end end)
{
	static const char *const names[] = {
		[RUN_END_NONE] = "running",
		[RUN_END_DEBUG_EXIT] = "debug-exit",
		[RUN_END_RESET] = "reset",
		[RUN_END_POWEROFF] = "poweroff",
		[RUN_END_TRIPLE_FAULT] = "triple-fault",
		[RUN_END_BAD_FETCH] = "bad-fetch",
		[RUN_END_UNWRITTEN] = "unwritten-fetch",
		[RUN_END_INTERNAL] = "internal-error",
		[RUN_END_MODULE] = "module-failed",
		[RUN_END_HALTED] = "halted",
		[RUN_END_TIME_LIMIT] = "time-limit",
		[RUN_END_WALL_LIMIT] = "wall-limit",
		[RUN_END_EXPECT] = "expect",
		[RUN_END_SCRIPT] = "script",
		[RUN_END_SCRIPT_FAILED] = "script-failed",
		[RUN_END_USER] = "user",
	};
	return names[end];
}

bool run_is_success(const struct run_options *options, uint32_t value)
{
	for (size_t i = 0; i < options->n_success; i++)
		if (options->success[i] == value) return true;
	return false;
}

/* Without regard to lints. */
static int guest_exit_code(const struct run_options *options, const struct run_outcome *outcome)
{
	switch (outcome->end) {
	case RUN_END_TRIPLE_FAULT:
	case RUN_END_BAD_FETCH:
	case RUN_END_UNWRITTEN: return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_CRASH;
	case RUN_END_INTERNAL: return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_EMULATOR;
	case RUN_END_MODULE: return EXIT_CODE_MODULE;
	case RUN_END_TIME_LIMIT:
	case RUN_END_WALL_LIMIT: return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_LIMIT;
	case RUN_END_SCRIPT_FAILED: return EXIT_CODE_FAILURE;
	default: break;
	}
	if (options->expect) return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_FAILURE;
	switch (outcome->end) {
	case RUN_END_DEBUG_EXIT:
		return run_is_success(options, outcome->guest_exit) ? EXIT_CODE_SUCCESS
								    : EXIT_CODE_FAILURE;
	case RUN_END_RESET: return EXIT_CODE_FAILURE;
	case RUN_END_HALTED: return EXIT_CODE_HALTED;
	default: return EXIT_CODE_SUCCESS;
	}
}

int run_exit_code(const struct run_options *options, const struct run_outcome *outcome)
{
	int code = guest_exit_code(options, outcome);
	bool could_pass = code == EXIT_CODE_SUCCESS || code == EXIT_CODE_HALTED;
	if (could_pass && options->lint == LINT_MODE_ERROR && outcome->lint_errors > 0)
		return EXIT_CODE_LINT;
	if (could_pass && outcome->picture_differs) return EXIT_CODE_FAILURE;
	if (options->qemu_exit && outcome->end == RUN_END_DEBUG_EXIT)
		return (int)((outcome->guest_exit << 1 | 1) & 0xff);
	return code;
}
