/* SPDX-License-Identifier: MIT */
#include "harness/command/report.h"

#include <inttypes.h>

#include "harness/command/session_disks.h"
#include "harness/command/session_output.h"
#include "harness/console/screen.h"
#include "harness/machine/added.h"
#include "harness/record/stats.h"
#include "harness/support/count_text.h"

#define EFER_LMA (UINT64_C(1) << 10)

/* The text on the screen, if there is any; valid until the next look. */
static const char *screen_now(struct session *s)
{
	session_read_screen(s);
	return s->screen_len ? s->screen : NULL;
}

static void report_crash(struct session *s, const char *what)
{
	/* A triple fault tells by itself what could not be delivered. */
	const char *detail = s->outcome.end == RUN_END_TRIPLE_FAULT
				     ? ""
				     : processor_stop_detail(&s->machine.processor);
	diagnosis_crash(&s->diagnosis, what, s->error[0] ? s->error : detail, s->virtual_ns,
			screen_now(s), s->messages.out);
}

static void report_halt(struct session *s)
{
	diagnosis_halted(&s->diagnosis, processor_stop_detail(&s->machine.processor), screen_now(s),
			 s->messages.out);
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
	case RUN_END_MODULE: report_crash(s, "a model of a module failed (not the guest)"); break;
	case RUN_END_HALTED: report_halt(s); break;
	case RUN_END_TIME_LIMIT:
	case RUN_END_WALL_LIMIT:
		diagnosis_stall(&s->diagnosis, false, screen_now(s), s->messages.out);
		break;
	case RUN_END_SCRIPT_FAILED:
		if (s->outcome.guest_end == RUN_END_HALTED) report_halt(s);
		if (s->stalled) diagnosis_stall(&s->diagnosis, false, NULL, s->messages.out);
		break;
	case RUN_END_USER:
		if (!s->options->quiet) diagnosis_stall(&s->diagnosis, true, NULL, s->messages.out);
		break;
	default: break;
	}
}

/* Does the end tell of the guest, and not of what it reported by itself? */
static bool guest_failed(const struct session *s)
{
	if (run_exit_code(s->options, &s->outcome) == EXIT_CODE_SUCCESS) return false;
	switch (s->outcome.end) {
	case RUN_END_TRIPLE_FAULT:
	case RUN_END_BAD_FETCH:
	case RUN_END_UNWRITTEN:
	case RUN_END_HALTED:
	case RUN_END_RESET:
	case RUN_END_TIME_LIMIT:
	case RUN_END_WALL_LIMIT: return true;
	default: return false;
	}
}

/* How an ELF file was started, where its author may have meant it otherwise: it has no multiboot
 * header, or is 64-bit code that multiboot starts in 32-bit mode. */
static void report_start(const struct session *s)
{
	const struct boot_result *boot = &s->boot;
	bool multiboot = boot->kind == BOOT_MULTIBOOT1 || boot->kind == BOOT_MULTIBOOT2;
	struct cpu_regs regs;

	if (!guest_failed(s)) return;
	if (boot->kind == BOOT_ELF)
		fprintf(s->messages.out,
			"bimetal: this ELF file has no multiboot header, so it was started at its "
			"ELF entry, 0x%" PRIx64 ", in %s, without boot information\n",
			boot->entry,
			boot->is_elf64 ? "long mode (64-bit)" : "32-bit protected mode");
	if (!multiboot || !boot->is_elf64) return;
	processor_get_regs(&s->machine.processor, &regs);
	if (regs.efer & EFER_LMA) return;
	fprintf(s->messages.out,
		"bimetal: this is an ELF64 file, but %s starts it in 32-bit protected mode, and it "
		"has not switched to long mode: its entry, 0x%" PRIx64
		", must be 32-bit code that does\n",
		boot_kind_name(boot->kind), boot->entry);
}

/* A limit or a crash explains the end, but not what the script still waited for. */
static void report_script(const struct session *s)
{
	bool told = s->outcome.end == RUN_END_SCRIPT_FAILED;

	if (s->has_script && s->script.error[0] && !told)
		fprintf(s->messages.out, "bimetal: script: %s\n", s->script.error);
}

static bool write_screen(struct session *s)
{
	const struct run_options *o = s->options;
	if (o->screen_text) {
		FILE *out = NULL;
		if (!session_open_output(s, o->screen_text, &out)) return false;
		session_read_screen(s);
		bool ok = fwrite(s->screen, 1, s->screen_len, out) == s->screen_len;
		ok = fputc('\n', out) != EOF && ok;
		if (out == stdout)
			ok = fflush(out) == 0 && ok;
		else
			ok = fclose(out) == 0 && ok;
		if (!ok)
			return session_fail(s, "%s: cannot write the screen's text",
					    o->screen_text);
	}
	if (!o->screenshot) return true;
	return screen_png(&s->machine.ends.display, o->screenshot, s->error, sizeof(s->error));
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
		.detail = s->outcome.end == RUN_END_SCRIPT_FAILED
				  ? s->script.error
				  : processor_stop_detail(&s->machine.processor),
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
	if (!session_open_output(s, o->stats, &out)) return false;
	bool ok = stats_write(&stats, out);
	if (out != stdout) ok = fclose(out) == 0 && ok;
	return ok || session_fail(s, "%s: cannot write the statistics", o->stats);
}

/* The value of success is no exit status of a shell: say what was expected. */
static void print_guest_exit(const struct session *s, FILE *out)
{
	const struct run_options *o = s->options;
	uint32_t value = s->outcome.guest_exit;

	fprintf(out, "the guest exited with 0x%" PRIx32, value);
	if (run_is_success(o, value) || o->expect) return;
	fputs(", which means failure (--success", out);
	for (size_t i = 0; i < o->n_success; i++)
		fprintf(out, "%s 0x%" PRIx32, i ? "," : "", o->success[i]);
	fputc(')', out);
}

static void print_end(const struct session *s, FILE *out)
{
	static const char *const texts[] = {
		[RUN_END_POWEROFF] = "powered off",
		[RUN_END_TRIPLE_FAULT] = "triple fault",
		[RUN_END_BAD_FETCH] = "jump to an address without memory",
		[RUN_END_UNWRITTEN] = "execution of memory that was never written",
		[RUN_END_INTERNAL] = "the emulator failed",
		[RUN_END_MODULE] = "a module failed",
		[RUN_END_TIME_LIMIT] = "virtual time limit (--max-time)",
		[RUN_END_WALL_LIMIT] = "real time limit (--wall-limit)",
		[RUN_END_EXPECT] = "--expect matched",
		[RUN_END_SCRIPT] = "the script passed",
		[RUN_END_USER] = "ended by the user",
	};
	const struct machine_state *m = &s->machine.s;
	switch (s->outcome.end) {
	case RUN_END_DEBUG_EXIT: print_guest_exit(s, out); break;
	case RUN_END_RESET:
		fprintf(out, "the guest reset the machine by %s",
			m->reset_source[0] ? m->reset_source : "itself");
		break;
	case RUN_END_HALTED:
		fprintf(out, "halted for good: %s", processor_stop_detail(&s->machine.processor));
		break;
	case RUN_END_SCRIPT_FAILED: fprintf(out, "script: %s", s->script.error); break;
	default: fputs(texts[s->outcome.end], out); break;
	}
}

static void write_summary(const struct session *s)
{
	bool stopped = s->outcome.end == RUN_END_RESET; /* that one is told already */
	uint64_t resets = s->machine.s.resets - (stopped && s->machine.s.resets > 0);

	fputs("bimetal: ", s->messages.out);
	print_end(s, s->messages.out);
	if (resets > 0)
		fprintf(s->messages.out, ", after %" PRIu64 " reset%s", resets,
			resets == 1 ? "" : "s");
	fprintf(s->messages.out, ", at %.6f s virtual, ", (double)s->virtual_ns / 1e9);
	count_print(s->cpu.instructions, s->messages.out);
	fprintf(s->messages.out, " instructions, %.3f s real\n", (double)s->wall_ns / 1e9);
}

/* The summary line is all that tells of these ends. */
static bool fails_without_report(const struct session *s)
{
	const struct run_outcome *o = &s->outcome;

	if (o->end == RUN_END_SCRIPT_FAILED) return true;
	if (s->options->expect) return false;
	return o->end == RUN_END_RESET ||
	       (o->end == RUN_END_DEBUG_EXIT && !run_is_success(s->options, o->guest_exit));
}

/* Somebody placed it where the guest did not look. */
static void report_untouched(const struct session *s)
{
	for (size_t i = 0; i < s->machine.n_added; i++) {
		const struct machine_added *a = s->machine.added[i];
		const struct bus_range *r = machine_added_untouched(a);

		if (r)
			fprintf(s->messages.out,
				"bimetal: note: the guest never accessed '%s', which is at "
				"0x%" PRIx64 "\n",
				a->name, r->base);
	}
}

bool report_write(struct session *s, const char *version)
{
	bool wants_text = s->options->expect && !s->outcome.matched;
	report_guest(s);
	report_start(s);
	report_script(s);
	if (s->options->lint != LINT_MODE_OFF) lint_report_summary(&s->lints, s->messages.out);
	if (!s->options->quiet) report_untouched(s);
	if (wants_text)
		fprintf(s->messages.out, "bimetal: no line matched --expect '%s'\n",
			s->options->expect);
	if (!s->options->quiet || fails_without_report(s)) write_summary(s);
	bool screen = write_screen(s);
	return write_stats(s, version) && screen && session_check_outputs(s);
}
