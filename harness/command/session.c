/* SPDX-License-Identifier: MIT */
#include "harness/command/session.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/units.h"
#include "harness/catalogue/catalogue_lints.h"
#include "harness/command/session_image.h"
#include "harness/command/session_output.h"
#include "harness/command/session_picture.h"
#include "harness/command/wall_timer.h"
#include "harness/console/screen.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/twin/timer_fault.h"

/* How often, in virtual time, the outside looks at the machine. It is the same for every run and
 * every option, so that none of them can change what the guest sees. */
#define SLICE_NS (10 * NS_PER_MS)
/* A person at a terminal waits for no 10 ms of a busy guest; such a run has no digest. */
#define INTERACTIVE_SLICE_NS (2 * NS_PER_MS)
/* What the firmware of a PC at least takes from reset to its boot loader: a guest that resets in
 * a loop reaches its time limit. */
#define REBOOT_NS (100 * NS_PER_MS)
/* Real time for a last look at a guest whose user waits, and for its last characters: a signal is
 * to end the run in 100 ms. */
#define RUN_ON_REAL_NS (40 * NS_PER_MS)
#define DRAIN_REAL_NS  (20 * NS_PER_MS)
/* A UART may hold 17 characters; at 50 baud that is some 4 s. */
#define DRAIN_STEP_NS NS_PER_MS
enum { DRAIN_STEPS = 5000, TYPED_SIZE = 256, INLINED_SIZE = 32 /* of ", inlined at :LINE" */ };

static uint64_t wall_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

bool session_fail(struct session *s, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(s->error, sizeof(s->error), format, args);
	va_end(args);
	return false;
}

void session_read_screen(struct session *s)
{
	s->screen_len = screen_text(&s->machine.ends.display, s->screen, sizeof(s->screen));
}

/* ---- the machine's ends ---- */

static void feed_receive(void *ctx, uint8_t byte)
{
	struct session *s = ctx;
	const struct serial_end *com1 = &s->machine.ends.serial[0];
	/* False: the guest was not fast enough, and sees an overrun. */
	(void)com1->ops->receive(com1->ctx, byte, 0);
}

static uint64_t feed_char_ns(void *ctx)
{
	const struct session *s = ctx;
	const struct serial_end *com1 = &s->machine.ends.serial[0];
	return com1->ops->char_ns(com1->ctx);
}

static void feed_key(void *ctx, uint16_t code, bool down)
{
	struct session *s = ctx;
	const struct keyboard_end *keyboard = &s->machine.ends.keyboard;
	if (keyboard->key) (void)keyboard->key(keyboard->ctx, code, down);
}

/* As it is found from here, where that is shorter. */
static const char *short_path(const struct session *s, const char *path)
{
	size_t n = strlen(s->here);
	return n > 1 && strncmp(path, s->here, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static void describe(void *ctx, uint64_t addr, char *buf, size_t size)
{
	struct session *s = ctx;
	struct symbol symbol;
	struct source_line line;
	struct source_line call;
	char inlined[SOURCE_FILE_SIZE + INLINED_SIZE] = "";
	buf[0] = '\0';
	if (!symbols_lookup(s->symbols, addr, &symbol)) return;
	if (!symbols_line(s->symbols, addr, &line)) {
		snprintf(buf, size, "%s+0x%" PRIx64, symbol.name, symbol.offset);
		return;
	}
	if (symbols_inlined_at(s->symbols, addr, &call))
		snprintf(inlined, sizeof(inlined), ", inlined at %s:%d", short_path(s, call.file),
			 call.line);
	snprintf(buf, size, "%s+0x%" PRIx64 " (%s:%d%s)", symbol.name, symbol.offset,
		 short_path(s, line.file), line.line, inlined);
}

static bool in_function(void *ctx, uint64_t addr)
{
	const struct session *s = ctx;
	struct symbol symbol;
	return symbols_lookup(s->symbols, addr, &symbol) && symbol.function;
}

/* ---- opening ---- */

static bool open_script(struct session *s)
{
	const struct run_options *o = s->options;
	if (o->expect) {
		char why[128];
		s->has_expect = expect_init(&s->expect, o->expect, why, sizeof(why));
		if (!s->has_expect) return session_fail(s, "--expect '%s': %s", o->expect, why);
	}
	if (!o->script) return true;
	s->has_script = script_load(&s->script, o->script);
	return s->has_script || session_fail(s, "%s", s->script.error);
}

/* After a reset by the guest: the firmware takes its time, then the image is booted again. */
static bool reload(void *ctx)
{
	struct session *s = ctx;
	struct clock *clock = &s->machine.clock;
	clock_run_until(clock, clock_now(clock) + REBOOT_NS);
	return session_load_image(s);
}

static bool read_acpi_tables(struct session *s)
{
	const struct run_options *o = s->options;
	for (; s->n_acpi < o->n_acpi_tables; s->n_acpi++) {
		char why[ACPI_ERROR_SIZE];
		if (!acpi_table_read(o->acpi_table[s->n_acpi], &s->acpi[s->n_acpi], why,
				     sizeof(why)))
			return session_fail(s, "--acpi-table %s", why);
	}
	return true;
}

/* The machine has no serial port. */
static bool check_no_serial(struct session *s)
{
	const struct run_options *o = s->options;
	const char *name = s->machine.kind->name;
	if (o->serial || o->expect)
		return session_fail(s, "--%s: the machine '%s' has no serial port",
				    o->serial ? "serial" : "expect", name);
	if (s->has_script &&
	    (script_sends(&s->script) || script_looks_at(&s->script, SCRIPT_SERIAL)))
		return session_fail(s, "%s: the machine '%s' has no serial port", o->script, name);
	return true;
}

/* What the user asks for must exist. */
static bool check_ends(struct session *s)
{
	const struct run_options *o = s->options;
	const struct machine_ends *ends = &s->machine.ends;
	const char *name = s->machine.kind->name;
	if (s->n_acpi && !s->machine.firmware.rsdp)
		return session_fail(s, "--acpi-table: the machine '%s' has no ACPI; use -M pc",
				    name);
	if ((o->screenshot || o->screen_text) && !ends->display.ops)
		return session_fail(s, "%s: the machine '%s' has no display",
				    o->screenshot ? "--screenshot" : "--screen-text", name);
	for (unsigned i = 0; i < o->n_devices; i++)
		if (o->device_file[i] && !machine_device_sends(&s->machine, i))
			return session_fail(
				s,
				"--device %s: it sends nothing, so that file=%s would stay "
				"empty",
				o->device[i].text, o->device_file[i]);
	if (s->has_script && script_presses_keys(&s->script) && !ends->keyboard.key)
		return session_fail(s, "%s: the machine '%s' has no keyboard", o->script, name);
	if (s->has_script && script_looks_at(&s->script, SCRIPT_SCREEN) && !ends->display.ops)
		return session_fail(s, "%s: the machine '%s' has no display", o->script, name);
	if (!session_check_picture(s)) return false;
	return ends->serial[0].ops || check_no_serial(s);
}

static bool open_machine(struct session *s)
{
	const struct run_options *o = s->options;
	struct machine_config config = {
		.machine = o->machine,
		.memory = o->memory,
		.cpu_features = o->cpu,
		.unknown_msr_zero = o->unknown_msr_zero,
		.step = o->step,
		.tlb = o->tlb,
		.random_fill = o->random_fill,
		.fill_seed = o->fill_seed,
		.fill_pattern_len = o->fill_pattern_len,
		.rtc_epoch = o->rtc_epoch,
		.acpi = s->acpi,
		.n_acpi = s->n_acpi,
		.kind = o->kind,
		.device = o->device,
		.n_devices = o->n_devices,
		.reboot_on_reset = o->reboot_on_reset,
		.reload = reload,
		.serial_tx = session_on_serial,
		.debug_tx = session_on_debug,
		.device_tx = session_on_device,
		.ctx = s,
	};
	memcpy(config.fill_pattern, o->fill_pattern, sizeof(config.fill_pattern));
	const char *why = machine_init(&s->machine, &config);
	s->has_machine = !why;
	if (why) return session_fail(s, "%s", why);
	if (!check_ends(s)) return false;
	diagnosis_init(&s->diagnosis, &s->machine, describe, s);
	s->diagnosis.in_function = in_function;
	serial_feed_init(&s->feed, &s->machine.clock, feed_receive, feed_char_ns, s);
	key_feed_init(&s->keys, &s->machine.clock, feed_key, s);
	return !s->machine.clock.full || session_fail(s, "no timer is left for what is typed");
}

static void attach_observers(struct session *s)
{
	const struct run_options *o = s->options;
	FILE *out = s->again ? NULL : s->messages.out;
	lint_report_init(&s->lints, o->lint, o->allow_lint, o->n_allow_lint, out);
	s->lints.fault = catalogue_fault;
	s->lints.foreign = catalogue_is_foreign;
	s->lints.symbol = describe;
	s->lints.symbol_ctx = s;
	hub_attach(&s->machine.hub, &s->lints.observer);
	if (!s->trace_out) return;
	trace_init(&s->trace, s->trace_out);
	trace_begin(&s->trace);
	hub_attach(&s->machine.hub, &s->trace.observer);
}

bool session_open(struct session *s, const struct run_options *options)
{
	s->options = options;
	messages_init(&s->messages);
	if (!getcwd(s->here, sizeof(s->here))) s->here[0] = '\0';
	text_log_init(&s->serial);
	text_log_init(&s->debug);
	if (!open_script(s) || !read_acpi_tables(s) || !session_open_outputs(s) || !open_machine(s))
		return false;
	attach_observers(s);
	if (!session_load_image(s)) return false;
	s->interactive = options->serial_stdio && s->machine.ends.serial[0].ops &&
			 !options->script && !options->verify.n && terminal_present() &&
			 terminal_raw();
	if (s->interactive && !options->quiet)
		fputs("bimetal: COM1 is this terminal: Ctrl-A X ends the run, Ctrl-A H prints "
		      "help\n",
		      s->messages.out);
	return true;
}

/* ---- running ---- */

static void terminal_help(const struct session *s)
{
	fputs("bimetal: Ctrl-A X ends the run, Ctrl-A A sends Ctrl-A, Ctrl-A H prints this\n",
	      s->messages.out);
}

/* What is typed faster than the line takes it is dropped at the end, with a bell, as a terminal's
 * own buffer does. */
static void send_typed(struct session *s, uint8_t byte)
{
	if (serial_feed_send(&s->feed, &byte, 1) == 0) fputc('\a', stderr);
}

/* Give what was typed to the guest; true: the user wants to leave. */
static bool poll_terminal(struct session *s)
{
	/* Let real time catch up, so that an idle guest's clock is the user's. */
	uint64_t real = wall_ns() - s->wall_start_ns;
	uint64_t virtual = clock_now(&s->machine.clock);
	int timeout = virtual > real ? (int)((virtual - real) / NS_PER_MS) : 0;
	uint8_t typed[TYPED_SIZE];
	bool closed = false;
	size_t n = terminal_read(typed, sizeof(typed), timeout, &closed);
	for (size_t i = 0; i < n; i++) {
		uint8_t byte = 0;
		enum terminal_command command = TERMINAL_NONE;
		if (terminal_key(&s->terminal, typed[i], &byte, &command)) send_typed(s, byte);
		if (command == TERMINAL_QUIT) return true;
		if (command == TERMINAL_HELP) terminal_help(s);
	}
	return closed;
}

static bool wall_limit_reached(const struct session *s)
{
	uint64_t limit = s->options->wall_limit_ns;
	return limit && wall_ns() - s->wall_start_ns >= limit;
}

/* What the world outside has to say between two slices. */
static enum run_end poll_outside(struct session *s)
{
	const struct run_options *o = s->options;
	uint64_t now = clock_now(&s->machine.clock);
	session_flush(s);
	enum run_end end = verdict_poll(s);
	if (end != RUN_END_NONE) return end;
	if ((!s->interactive || o->has_max_time) && now >= o->max_time_ns)
		return RUN_END_TIME_LIMIT;
	if (wall_limit_reached(s)) return RUN_END_WALL_LIMIT;
	if (terminal_interrupted()) return RUN_END_USER;
	if (s->interactive && poll_terminal(s)) return RUN_END_USER;
	return RUN_END_NONE;
}

static uint64_t slice_end(const struct session *s)
{
	const struct run_options *o = s->options;
	uint64_t slice = s->interactive ? INTERACTIVE_SLICE_NS : SLICE_NS;
	uint64_t end = (clock_now(&s->machine.clock) / slice + 1) * slice;
	bool limited = !s->interactive || o->has_max_time;
	return limited && end > o->max_time_ns ? o->max_time_ns : end;
}

/* A CPU that waits for an interrupt which only a person can cause is not halted for good. */
static bool waits_for_user(struct session *s)
{
	struct cpu_regs regs;
	enum { RFLAGS_IF = 1 << 9 };
	if (!s->interactive) return false;
	processor_get_regs(&s->machine.processor, &regs);
	return regs.rflags & RFLAGS_IF;
}

/* When the run will end if nothing happens before; UINT64_MAX: never. */
static uint64_t known_end(const struct session *s)
{
	const struct run_options *o = s->options;
	uint64_t end = !s->interactive || o->has_max_time ? o->max_time_ns : UINT64_MAX;
	if (!s->has_script || s->script_done) return end;
	uint64_t deadline = script_deadline(&s->script);
	if (deadline >= end) return end;
	/* It is looked at between slices. */
	deadline = (deadline + SLICE_NS - 1) / SLICE_NS * SLICE_NS;
	return deadline < end ? deadline : end;
}

/* A model misuses timers: bimetal's, or one of a module. */
static enum run_end misused_timer(struct session *s)
{
	char text[TIMER_FAULT_TEXT];
	const char *module = timer_fault(&s->machine.clock, NULL, text);

	(void)session_fail(s, "%s", text);
	return module ? RUN_END_MODULE : RUN_END_INTERNAL;
}

static enum run_end run_slice(struct session *s, uint64_t pause_ns)
{
	uint64_t slice = slice_end(s), until = pause_ns < slice ? pause_ns : slice;
	enum run_end end = verdict_of_stop(s, diagnosis_run(&s->diagnosis, until, known_end(s)));
	uint64_t now = clock_now(&s->machine.clock);
	if (end == RUN_END_HALTED && waits_for_user(s)) {
		clock_run_until(&s->machine.clock, until);
		end = RUN_END_NONE;
	}
	if (clock_misused(&s->machine.clock)) return misused_timer(s); /* whatever the guest says */
	bool paused = now >= pause_ns && now < slice;
	return end != RUN_END_NONE || paused ? end : poll_outside(s);
}

bool session_advance(struct session *s, uint64_t pause_ns)
{
	while (s->outcome.end == RUN_END_NONE && clock_now(&s->machine.clock) < pause_ns)
		s->outcome.end = run_slice(s, pause_ns);
	return s->outcome.end == RUN_END_NONE;
}

/* Whether an added device may have more for its file: until a step brings nothing. It has no other
 * way to say that it is done. */
static bool device_sends(struct session *s, int step)
{
	bool sends = step == 0 || s->device_sent;
	bool heard = false;

	for (unsigned i = 0; i < OPTIONS_MAX_DEVICES; i++) heard |= s->device_out[i] != NULL;
	s->device_sent = false;
	return heard && sends;
}

/* The guest is gone, but its last characters are still on the wire. Its timers go on, and may be
 * fast: after a signal, or beyond the limit, not for long. */
static void drain(struct session *s)
{
	struct clock *clock = &s->machine.clock;
	const struct serial_end *com1 = &s->machine.ends.serial[0];
	uint64_t began = wall_ns();
	for (int i = 0; i < DRAIN_STEPS; i++) {
		bool hurry = terminal_interrupted() || wall_limit_reached(s);
		bool said = !com1->ops || com1->ops->idle(com1->ctx);
		if (!device_sends(s, i) && said) break;
		if (hurry && wall_ns() - began > DRAIN_REAL_NS) break;
		clock_run_until(clock, clock_now(clock) + DRAIN_STEP_NS);
	}
	session_write_held(s);
	s->unflushed = true;
	session_flush(s);
}

static bool deterministic(const struct session *s)
{
	return !s->interactive && s->options->wall_limit_ns == 0 && s->outcome.end != RUN_END_USER;
}

void session_wake(void *ctx)
{
	const struct session *s = ctx;
	s->machine.processor.ops->preempt(s->machine.processor.ctx);
}

/* Watch the guest a little longer for the report: nobody could foresee this end, and no such run
 * has a digest. Somebody waits. */
static void run_on(struct session *s)
{
	bool limited = wall_timer_start(RUN_ON_REAL_NS, session_wake, s);
	if (limited) diagnosis_run_on(&s->diagnosis);
	wall_timer_stop();
}

void session_run(struct session *s)
{
	struct run_outcome *o = &s->outcome;
	uint64_t limit = s->options->wall_limit_ns;
	s->wall_start_ns = wall_ns();
	if (limit) (void)wall_timer_start(limit, session_wake, s); /* else: between slices */
	(void)session_advance(s, UINT64_MAX);
	wall_timer_stop();
	if (o->end == RUN_END_WALL_LIMIT || o->end == RUN_END_USER) run_on(s);
	diagnosis_stop(&s->diagnosis);
	s->stalled = o->end == RUN_END_SCRIPT_FAILED && s->diagnosis.stage > 0;
	s->wall_ns = wall_ns() - s->wall_start_ns;
	/* Now, before drain() lets time pass that no CPU used. */
	s->virtual_ns = clock_now(&s->machine.clock);
	processor_stats(&s->machine.processor, &s->cpu);
	o->guest_exit = s->machine.s.exit_value;
	/* It reads all of the memory that was touched: only if somebody will look. */
	bool looks = s->options->stats || s->options->verify.n;
	if (looks && deterministic(s)) machine_digest(&s->machine, s->digest);
	drain(s);
	verdict_settle(s);
	o->lint_errors = lint_report_errors(&s->lints);
	terminal_restore();
}

/* ---- closing ---- */

bool session_close_outputs(struct session *s)
{
	terminal_restore();
	return session_close_files(s);
}

void session_close(struct session *s)
{
	(void)session_close_outputs(s); /* report_write() checked them */
	symbols_free(s->symbols);
	boot_result_free(&s->boot);
	for (size_t i = 0; i < s->n_acpi; i++) acpi_table_free(&s->acpi[i]);
	if (s->has_machine) machine_free(&s->machine);
	if (s->has_script) script_free(&s->script);
	if (s->has_expect) expect_free(&s->expect);
	lint_report_free(&s->lints);
}
