/* SPDX-License-Identifier: MIT */
#include "harness/command/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/x86/start_state.h"
#include "harness/catalogue/catalogue_lints.h"
#include "harness/command/session_disks.h"
#include "harness/command/wall_timer.h"
#include "harness/console/screen.h"
#include "harness/record/stats.h"
#include "harness/support/count_text.h"

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

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
enum { DRAIN_STEPS = 5000, OUT_BUFFER = 1 << 16, TYPED_SIZE = 256 };

static uint64_t wall_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

__attribute__((format(printf, 2, 3))) static bool fail(struct session *s, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(s->error, sizeof(s->error), format, args);
	va_end(args);
	return false;
}

/* ---- the machine's ends ---- */

static void on_serial(void *ctx, unsigned n, uint8_t byte)
{
	struct session *s = ctx;
	if (n != 0) return; /* only COM1 is connected */
	text_log_add(&s->serial, byte);
	output_sum_add(&s->said, byte);
	if (!s->serial_out) return;
	putc(byte, s->serial_out);
	s->unflushed = true;
}

static void on_debug(void *ctx, uint8_t byte)
{
	struct session *s = ctx;
	text_log_add(&s->debug, byte);
	output_sum_add(&s->debugged, byte);
	if (!s->debug_out) return;
	putc(byte, s->debug_out);
	s->unflushed = true;
}

static void feed_receive(void *ctx, uint8_t byte)
{
	struct session *s = ctx;
	uart_16550_model_receive(&s->machine.uart[0], byte);
}

static uint64_t feed_char_ns(void *ctx)
{
	const struct session *s = ctx;
	return uart_16550_model_char_time_ns(&s->machine.uart[0]);
}

static void feed_key(void *ctx, uint16_t code, bool down)
{
	struct session *s = ctx;
	ps2_keyboard_model_key(&s->machine.keyboard, code, down);
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
	char inlined[SESSION_ERROR_SIZE] = "";
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

static void read_screen(struct session *s)
{
	size_t all = screen_text(&s->machine.vga, s->screen, sizeof(s->screen));
	s->screen_len = all < sizeof(s->screen) ? all : strlen(s->screen);
}

static const char *host_screen(void *ctx, size_t *len)
{
	struct session *s = ctx;
	read_screen(s);
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

/* ---- opening ---- */

static bool open_output(struct session *s, const char *path, FILE **out)
{
	*out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	if (!*out)
		return fail(s, "%s: cannot open the file for writing: %s", path, strerror(errno));
	if (*out != stdout) setvbuf(*out, NULL, _IOFBF, OUT_BUFFER);
	return true;
}

static bool open_outputs(struct session *s)
{
	const struct run_options *o = s->options;
	if (!s->again) setvbuf(stdout, NULL, _IOFBF, OUT_BUFFER);
	if (o->serial_stdio) s->serial_out = stdout;
	if (o->serial && !open_output(s, o->serial, &s->serial_out)) return false;
	const char *debug = o->debugcon && strcmp(o->debugcon, "stdio") == 0 ? "-" : o->debugcon;
	if (debug && !open_output(s, debug, &s->debug_out)) return false;
	return !o->trace || open_output(s, o->trace, &s->trace_out);
}

static bool open_script(struct session *s)
{
	const struct run_options *o = s->options;
	if (o->expect) {
		char why[128];
		s->has_expect = expect_init(&s->expect, o->expect, why, sizeof(why));
		if (!s->has_expect) return fail(s, "--expect '%s': %s", o->expect, why);
	}
	if (!o->script) return true;
	s->has_script = script_load(&s->script, o->script);
	return s->has_script || fail(s, "%s", s->script.error);
}

/* ---- images ---- */

/* No image: what the drives hold. */
static bool boot_disks(struct session *s)
{
	struct cpu_regs regs;

	if (s->options->boot.kind == BOOT_CD) s->machine.bios.boot_slot = BIOS_CD;
	if (!session_attach_disks(s) || !session_check_boot(s)) return false;
	start_state_real(&regs, START_RESET);
	cpu_set_regs(s->machine.cpu, &regs);
	return true;
}

/* The BIOS boots a disk itself. For others it is as if it had: those that call it get its
 * interrupts. */
static void finish_bios(struct session *s)
{
	struct bios *bios = &s->machine.bios;

	if (s->boot.kind == BOOT_DISK || s->boot.kind == BOOT_CD) return;
	if (s->boot.calls_bios)
		bios_prepare(bios);
	else
		bios_mark_started(bios);
}

static bool load_image(struct session *s)
{
	struct boot_request request = s->options->boot;
	struct cpu_regs regs = { 0 };
	request.firmware = &s->machine.firmware;
	if (!s->options->boot.path) return boot_disks(s);
	symbols_free(s->symbols);
	s->symbols = NULL;
	boot_result_free(&s->boot);
	memset(&s->boot, 0, sizeof(s->boot));
	if (!boot_load(&request, &s->machine.mem, &regs, &s->boot, s->error, sizeof(s->error)))
		return false;
	if (s->boot.warning[0] && !s->again)
		fprintf(stderr, "bimetal: warning: %s: %s\n", request.path, s->boot.warning);
	s->symbols = symbols_new(s->boot.image, s->boot.image_size);
	if (!session_attach_disks(s)) return false;
	if (s->boot.kind == BOOT_CD && !session_check_boot(s)) return false;
	finish_bios(s);
	cpu_set_regs(s->machine.cpu, &regs);
	return true;
}

/* After a reset by the guest: the firmware takes its time, then the image is booted again. */
static bool reload(void *ctx)
{
	struct session *s = ctx;
	struct clock *clock = &s->machine.clock;
	clock_run_until(clock, clock_now(clock) + REBOOT_NS);
	return load_image(s);
}

static bool read_acpi_tables(struct session *s)
{
	const struct run_options *o = s->options;
	for (; s->n_acpi < o->n_acpi_tables; s->n_acpi++) {
		char why[ACPI_ERROR_SIZE];
		if (!acpi_table_read(o->acpi_table[s->n_acpi], &s->acpi[s->n_acpi], why,
				     sizeof(why)))
			return fail(s, "--acpi-table %s", why);
	}
	return true;
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
		.random_fill = o->random_fill,
		.fill_seed = o->fill_seed,
		.fill_pattern_len = o->fill_pattern_len,
		.rtc_epoch = o->rtc_epoch,
		.acpi = s->acpi,
		.n_acpi = s->n_acpi,
		.card = o->device,
		.n_cards = o->n_devices,
		.reboot_on_reset = o->reboot_on_reset,
		.reload = reload,
		.serial_tx = on_serial,
		.debug_tx = on_debug,
		.ctx = s,
	};
	memcpy(config.fill_pattern, o->fill_pattern, sizeof(config.fill_pattern));
	const char *why = machine_init(&s->machine, &config);
	s->has_machine = !why;
	if (why) return fail(s, "%s", why);
	if (s->n_acpi && !s->machine.firmware.rsdp)
		return fail(s, "--acpi-table: the machine '%s' has no ACPI; use -M pc", o->machine);
	diagnosis_init(&s->diagnosis, &s->machine, describe, s);
	serial_feed_init(&s->feed, &s->machine.clock, feed_receive, feed_char_ns, s);
	key_feed_init(&s->keys, &s->machine.clock, feed_key, s);
	return true;
}

static void attach_observers(struct session *s)
{
	const struct run_options *o = s->options;
	FILE *out = s->again ? NULL : stderr;
	lint_report_init(&s->lints, o->lint, o->allow_lint, o->n_allow_lint, out);
	s->lints.fault = catalogue_fault;
	s->lints.symbol = describe;
	s->lints.symbol_ctx = s;
	hub_attach(&s->machine.hub, &s->lints.observer);
	if (!s->trace_out) return;
	trace_init(&s->trace, s->trace_out);
	hub_attach(&s->machine.hub, &s->trace.observer);
}

bool session_open(struct session *s, const struct run_options *options)
{
	s->options = options;
	if (!getcwd(s->here, sizeof(s->here))) s->here[0] = '\0';
	text_log_init(&s->serial);
	text_log_init(&s->debug);
	if (!open_script(s) || !read_acpi_tables(s) || !open_outputs(s) || !open_machine(s))
		return false;
	attach_observers(s);
	if (!load_image(s)) return false;
	s->interactive = options->serial_stdio && !options->script && !options->verify.n &&
			 terminal_present() && terminal_raw();
	return true;
}

/* ---- running ---- */

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

static enum run_end end_of_stop(const struct session *s, enum cpu_stop stop)
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

static bool expect_met(struct session *s)
{
	if (s->outcome.matched) return true;
	s->outcome.matched = expect_search(&s->expect, &s->serial, &s->expect_cursor);
	if (s->outcome.matched) return true;
	s->outcome.matched = expect_search(&s->expect, &s->debug, &s->expect_debug_cursor);
	if (s->outcome.matched) return true;
	read_screen(s);
	s->outcome.matched = expect_search_text(&s->expect, s->screen, s->screen_len);
	return s->outcome.matched;
}

/* Script and expectation: with both, the script goes to its end, and the text must come too. */
static enum run_end poll_script(struct session *s)
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

static void terminal_help(void)
{
	fputs("\r\nbimetal: Ctrl-A X ends the run, Ctrl-A A sends Ctrl-A, Ctrl-A H prints this\r\n",
	      stderr);
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
		if (terminal_key(&s->terminal, typed[i], &byte, &command))
			serial_feed_send(&s->feed, &byte, 1);
		if (command == TERMINAL_QUIT) return true;
		if (command == TERMINAL_HELP) terminal_help();
	}
	return closed;
}

static void flush_output(struct session *s)
{
	if (!s->unflushed) return;
	s->unflushed = false;
	if (s->serial_out) fflush(s->serial_out);
	if (s->debug_out) fflush(s->debug_out);
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
	flush_output(s);
	enum run_end end = poll_script(s);
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
	cpu_get_regs(s->machine.cpu, &regs);
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

static enum run_end run_slice(struct session *s, uint64_t pause_ns)
{
	uint64_t slice = slice_end(s), until = pause_ns < slice ? pause_ns : slice;
	enum run_end end = end_of_stop(s, diagnosis_run(&s->diagnosis, until, known_end(s)));
	uint64_t now = clock_now(&s->machine.clock);
	if (end == RUN_END_HALTED && waits_for_user(s)) {
		clock_run_until(&s->machine.clock, until);
		end = RUN_END_NONE;
	}
	bool paused = now >= pause_ns && now < slice;
	return end != RUN_END_NONE || paused ? end : poll_outside(s);
}

bool session_advance(struct session *s, uint64_t pause_ns)
{
	while (s->outcome.end == RUN_END_NONE && clock_now(&s->machine.clock) < pause_ns)
		s->outcome.end = run_slice(s, pause_ns);
	return s->outcome.end == RUN_END_NONE;
}

/* The guest is gone, but its last characters are still on the wire. Its timers go on, and may be
 * fast: after a signal, or beyond the limit, not for long. */
static void drain(struct session *s)
{
	struct clock *clock = &s->machine.clock;
	uint64_t began = wall_ns();
	for (int i = 0; i < DRAIN_STEPS && !uart_16550_model_tx_idle(&s->machine.uart[0]); i++) {
		bool hurry = terminal_interrupted() || wall_limit_reached(s);
		if (hurry && wall_ns() - began > DRAIN_REAL_NS) break;
		clock_run_until(clock, clock_now(clock) + DRAIN_STEP_NS);
	}
	s->unflushed = true;
	flush_output(s);
}

/* The last words may be what was waited for. */
static void settle(struct session *s)
{
	struct run_outcome *o = &s->outcome;
	if (s->has_expect) expect_met(s);
	bool ended = o->end != RUN_END_SCRIPT && o->end != RUN_END_SCRIPT_FAILED &&
		     o->end != RUN_END_EXPECT;
	if (!s->has_script || s->script_done || !ended) return;
	struct script_host host = host_of(s);
	enum script_result r = script_end(&s->script, &host, s->virtual_ns, run_end_name(o->end));
	if (r == SCRIPT_PASSED) o->end = RUN_END_SCRIPT;
	/* A limit or a crash is the better explanation; both are failures. */
	bool plain = o->end == RUN_END_DEBUG_EXIT || o->end == RUN_END_RESET ||
		     o->end == RUN_END_POWEROFF || o->end == RUN_END_HALTED ||
		     o->end == RUN_END_USER;
	if (r == SCRIPT_FAILED && plain) o->end = RUN_END_SCRIPT_FAILED;
}

static bool deterministic(const struct session *s)
{
	return !s->interactive && s->options->wall_limit_ns == 0 && s->outcome.end != RUN_END_USER;
}

void session_wake(void *ctx)
{
	const struct session *s = ctx;
	cpu_preempt(s->machine.cpu);
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
	s->cpu = *cpu_stats(s->machine.cpu);
	o->guest_exit = s->machine.s.exit_value;
	/* It reads all of the memory that was touched: only if somebody will look. */
	bool looks = s->options->stats || s->options->verify.n;
	if (looks && deterministic(s)) machine_digest(&s->machine, s->digest);
	drain(s);
	settle(s);
	o->lint_errors = lint_report_errors(&s->lints);
	terminal_restore();
}

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

static bool is_success(const struct run_options *options, uint32_t value)
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
	case RUN_END_TIME_LIMIT:
	case RUN_END_WALL_LIMIT: return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_LIMIT;
	case RUN_END_SCRIPT_FAILED: return EXIT_CODE_FAILURE;
	default: break;
	}
	if (options->expect) return outcome->matched ? EXIT_CODE_SUCCESS : EXIT_CODE_FAILURE;
	switch (outcome->end) {
	case RUN_END_DEBUG_EXIT:
		return is_success(options, outcome->guest_exit) ? EXIT_CODE_SUCCESS
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
	if (options->qemu_exit && outcome->end == RUN_END_DEBUG_EXIT)
		return (int)((outcome->guest_exit << 1 | 1) & 0xff);
	return code;
}

/* ---- reporting ---- */

/* The text on the screen, if there is any; valid until the next look. */
static const char *screen_now(struct session *s)
{
	read_screen(s);
	return s->screen_len ? s->screen : NULL;
}

static void report_crash(struct session *s, const char *what)
{
	/* A triple fault tells by itself what could not be delivered. */
	const char *detail =
		s->outcome.end == RUN_END_TRIPLE_FAULT ? "" : cpu_stop_detail(s->machine.cpu);
	diagnosis_crash(&s->diagnosis, what, s->error[0] ? s->error : detail, s->virtual_ns,
			screen_now(s), stderr);
}

/* Where the guest stands, when that is not where it was meant to be. */
static void report_guest(struct session *s)
{
	if (run_exit_code(s->options, &s->outcome) == EXIT_CODE_SUCCESS &&
	    s->outcome.end != RUN_END_USER)
		return;
	switch (s->outcome.end) {
	case RUN_END_TRIPLE_FAULT: report_crash(s, "triple fault"); break;
	case RUN_END_BAD_FETCH: report_crash(s, "jump to an address without memory"); break;
	case RUN_END_UNWRITTEN:
		report_crash(s, "execution of memory that was never written");
		break;
	case RUN_END_INTERNAL: report_crash(s, "the emulator failed (not the guest)"); break;
	case RUN_END_HALTED:
		diagnosis_halted(&s->diagnosis, cpu_stop_detail(s->machine.cpu), screen_now(s),
				 stderr);
		break;
	case RUN_END_TIME_LIMIT:
	case RUN_END_WALL_LIMIT:
		diagnosis_stall(&s->diagnosis, false, screen_now(s), stderr);
		break;
	case RUN_END_SCRIPT_FAILED:
		if (s->stalled) diagnosis_stall(&s->diagnosis, false, NULL, stderr);
		break;
	case RUN_END_USER:
		if (!s->options->quiet) diagnosis_stall(&s->diagnosis, true, NULL, stderr);
		break;
	default: break;
	}
}

static bool write_screen(struct session *s)
{
	const struct run_options *o = s->options;
	if (o->screen_text) {
		FILE *out = NULL;
		if (!open_output(s, o->screen_text, &out)) return false;
		read_screen(s);
		bool ok = fwrite(s->screen, 1, s->screen_len, out) == s->screen_len;
		ok = fputc('\n', out) != EOF && ok;
		if (out == stdout)
			ok = fflush(out) == 0 && ok;
		else
			ok = fclose(out) == 0 && ok;
		if (!ok) return fail(s, "%s: cannot write the screen's text", o->screen_text);
	}
	if (!o->screenshot) return true;
	return screen_png(&s->machine.vga, o->screenshot, s->error, sizeof(s->error));
}

static bool write_stats(struct session *s, const char *version)
{
	const struct run_options *o = s->options;
	struct stats stats = {
		.version = version,
		.engine = cpu_engine_version(),
		.image = session_boot_file(s),
		.machine = o->machine,
		.memory = o->memory,
		.stopped_by = run_end_name(s->outcome.end),
		.detail = s->outcome.end == RUN_END_SCRIPT_FAILED ? s->script.error
								  : cpu_stop_detail(s->machine.cpu),
		.has_guest_exit = s->machine.s.event == MACHINE_DEBUG_EXIT,
		.guest_exit = s->outcome.guest_exit,
		.exit_code = run_exit_code(o, &s->outcome),
		.interactive = s->interactive,
		.virtual_ns = s->virtual_ns,
		.wall_ns = s->wall_ns,
		.resets = s->machine.s.resets,
		.cpu = &s->cpu,
		.bus = &s->machine.bus,
		.lints = &s->lints,
		.digest = s->digest[0] ? s->digest : NULL,
	};
	FILE *out = NULL;
	if (!o->stats) return true;
	if (!open_output(s, o->stats, &out)) return false;
	bool ok = stats_write(&stats, out);
	if (out != stdout) ok = fclose(out) == 0 && ok;
	return ok || fail(s, "%s: cannot write the statistics", o->stats);
}

static void print_end(const struct session *s, FILE *out)
{
	static const char *const texts[] = {
		[RUN_END_POWEROFF] = "powered off",
		[RUN_END_TRIPLE_FAULT] = "triple fault",
		[RUN_END_BAD_FETCH] = "jump to an address without memory",
		[RUN_END_UNWRITTEN] = "execution of memory that was never written",
		[RUN_END_INTERNAL] = "the emulator failed",
		[RUN_END_TIME_LIMIT] = "virtual time limit (--max-time)",
		[RUN_END_WALL_LIMIT] = "real time limit (--wall-limit)",
		[RUN_END_EXPECT] = "--expect matched",
		[RUN_END_SCRIPT] = "the script passed",
		[RUN_END_USER] = "ended by the user",
	};
	const struct machine_state *m = &s->machine.s;
	switch (s->outcome.end) {
	case RUN_END_DEBUG_EXIT:
		fprintf(out, "the guest exited with 0x%" PRIx32, s->outcome.guest_exit);
		break;
	case RUN_END_RESET:
		fprintf(out, "the guest reset the machine by %s",
			m->reset_source ? m->reset_source : "itself");
		break;
	case RUN_END_HALTED:
		fprintf(out, "halted for good: %s", cpu_stop_detail(s->machine.cpu));
		break;
	case RUN_END_SCRIPT_FAILED: fprintf(out, "script: %s", s->script.error); break;
	default: fputs(texts[s->outcome.end], out); break;
	}
}

static void write_summary(const struct session *s)
{
	fputs("bimetal: ", stderr);
	print_end(s, stderr);
	fprintf(stderr, ", at %.6f s virtual, ", (double)s->virtual_ns / 1e9);
	count_print(s->cpu.instructions, stderr);
	fprintf(stderr, " instructions, %.3f s real\n", (double)s->wall_ns / 1e9);
}

/* A full disk under what the guest said must not pass for success. */
static bool check_outputs(struct session *s)
{
	FILE *const outs[] = { s->serial_out, s->debug_out, s->trace_out };
	for (size_t i = 0; i < sizeof(outs) / sizeof(outs[0]); i++)
		if (outs[i] && (fflush(outs[i]) != 0 || ferror(outs[i])))
			return fail(s, "the guest's output or the trace could not be written: %s",
				    strerror(errno));
	return true;
}

bool session_report(struct session *s, const char *version)
{
	bool wants_text = s->options->expect && !s->outcome.matched;
	report_guest(s);
	if (s->options->lint != LINT_MODE_OFF) lint_report_summary(&s->lints, stderr);
	if (wants_text)
		fprintf(stderr, "bimetal: no line matched --expect '%s'\n", s->options->expect);
	if (!s->options->quiet || s->outcome.end == RUN_END_SCRIPT_FAILED) write_summary(s);
	bool screen = write_screen(s);
	return write_stats(s, version) && screen && check_outputs(s);
}

static void close_output(FILE **out)
{
	if (*out && *out != stdout)
		fclose(*out);
	else if (*out)
		fflush(*out);
	*out = NULL;
}

void session_close_outputs(struct session *s)
{
	terminal_restore();
	close_output(&s->serial_out);
	close_output(&s->debug_out);
	close_output(&s->trace_out);
}

void session_close(struct session *s)
{
	session_close_outputs(s);
	symbols_free(s->symbols);
	boot_result_free(&s->boot);
	for (size_t i = 0; i < s->n_acpi; i++) acpi_table_free(&s->acpi[i]);
	if (s->has_machine) machine_free(&s->machine);
	if (s->has_script) script_free(&s->script);
	if (s->has_expect) expect_free(&s->expect);
}
