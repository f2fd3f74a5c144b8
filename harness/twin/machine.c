/* SPDX-License-Identifier: MIT */
#include "harness/twin/machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/catalogue.h"
#include "harness/catalogue/catalogue_lints.h"
#include "harness/diagnosis/interrupt_report.h"
#include "harness/twin/program.h"
#include "harness/twin/timer_fault.h"

struct twin_setup twin_setup_of(const char *cpu, const char *machine,
				const struct machine_kind *kind)
{
	struct twin_setup setup = { .cpu = cpu, .machine = machine, .kind = kind };

	if (!kind && (!machine || strcmp(machine, "pc") == 0))
		(void)twin_setup_add(&setup, "pci-test", NULL);
	return setup;
}

bool twin_setup_add(struct twin_setup *setup, const char *text, const struct model *model)
{
	if (setup->n_devices == TWIN_MAX_DEVICES) return false;
	setup->device[setup->n_devices++] = (struct machine_device){ .text = text, .model = model };
	return true;
}

struct machine_config twin_machine_config(const struct twin_setup *setup)
{
	return (struct machine_config){ .machine = setup->machine,
					.kind = setup->kind,
					.memory = TWIN_RAM,
					.cpu_features = setup->cpu,
					.tlb = { .use = TLB_LINT },
					.device = setup->device,
					.n_devices = setup->n_devices };
}

enum { MAX_TEXT = 1024 };

__attribute__((format(printf, 2, 3))) static void fail(struct twin_machine *t, const char *format,
						       ...)
{
	char text[MAX_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	t->fail(t->fail_ctx, "", text);
}

/* ---- lints ---- */

static bool is_allowed(const struct twin_machine *t, const char *id)
{
	for (size_t i = 0; i < t->n_allowed; i++)
		if (strcmp(t->allowed[i], id) == 0) return true;
	return false;
}

/* "FILE:LINE" without where that is inlined; for a place that is not known, the address. */
static void line_of(const struct twin_machine *t, uint64_t pc, char line[TWIN_LINE])
{
	char place[PROGRAM_PLACE];

	program_place(t->program, pc, place, sizeof(place));
	place[strcspn(place, ",")] = '\0';
	if (place[0])
		snprintf(line, TWIN_LINE, "%s", place);
	else
		snprintf(line, TWIN_LINE, "0x%" PRIx64, pc);
}

/* Is this the first such lint of this source line? It is from now on known. A driver's loop may
 * cause thousands, and compilers make several copies of one line. */
static bool is_new(struct twin_machine *t, const char *id, uint64_t pc)
{
	char line[TWIN_LINE];

	for (size_t i = 0; i < t->n_told; i++)
		if (t->told[i].pc == pc && strcmp(t->told[i].id, id) == 0) return false;
	line_of(t, pc, line);
	for (size_t i = 0; i < t->n_told; i++)
		if (strcmp(t->told[i].line, line) == 0 && strcmp(t->told[i].id, id) == 0)
			return false;
	if (t->n_told == TWIN_MAX_TOLD) return false;
	snprintf(t->told[t->n_told].id, TWIN_ID, "%s", id);
	snprintf(t->told[t->n_told].line, TWIN_LINE, "%s", line);
	t->told[t->n_told++].pc = pc;
	return true;
}

/* ", see DOCUMENT"; or how far what was not read can be trusted. */
static void add_spec(const char *spec, char *text, size_t size)
{
	static const char unread[] = "unread: ";
	size_t used = strlen(text);

	if (!spec[0]) return;
	if (strncmp(spec, unread, sizeof(unread) - 1) == 0)
		snprintf(text + used, size - used,
			 "; its document, which was not compared with the model yet: %s",
			 spec + sizeof(unread) - 1);
	else
		snprintf(text + used, size - used, ", see %s", spec);
}

/* After the first lint of a test. A model that the catalogue lacks is the user's. */
static void add_advice(const struct lint *l, const char *id, char *text, size_t size)
{
	bool foreign = catalogue_is_foreign(l) || !catalogue_model(l->dev);
	size_t used = strlen(text);

	snprintf(text + used, size - used,
		 ". `bimetal explain %s%s` says more; twin_allow(\"%s\") allows it in this test",
		 foreign ? "--device FILE.so " : "", id, id);
}

static void on_lint(void *ctx, const struct lint *l)
{
	struct twin_machine *t = ctx;
	char id[TWIN_ID], place[PROGRAM_PLACE], text[2 * MAX_TEXT], cause[MAX_TEXT] = "";

	if (l->desc->severity == LINT_NOTE) return; /* a note does not fail a test */
	if (!t->running || is_allowed(t, lint_id(l, id, sizeof(id)))) return;
	if (!is_new(t, id, l->pc)) {
		t->n_again++;
		return;
	}
	program_place(t->program, l->cause.pc, place, sizeof(place));
	if (l->cause.what)
		snprintf(cause, sizeof(cause), "; %s at pc 0x%" PRIx64 "%s%s", l->cause.what,
			 l->cause.pc, place[0] ? ", " : "", place);
	program_place(t->program, l->pc, place, sizeof(place));
	snprintf(text, sizeof(text), "lint %s%s%s%s: %s%s", id, l->instance[0] ? " [" : "",
		 l->instance, l->instance[0] ? "]" : "", l->detail, cause);
	add_spec(l->spec, text, sizeof(text));
	if (t->n_told == 1) add_advice(l, id, text, sizeof(text));
	t->fail(t->fail_ctx, place, text);
}

void twin_machine_allow(struct twin_machine *t, const char *id)
{
	if (t->n_allowed == TWIN_MAX_ALLOWED)
		fail(t, "more than %d lints allowed", TWIN_MAX_ALLOWED);
	else if (strlen(id) >= TWIN_ID)
		fail(t, "twin_allow(\"%s\"): no lint has so long an id", id);
	else
		snprintf(t->allowed[t->n_allowed++], TWIN_ID, "%s", id);
}

/* ---- accesses ---- */

static bool same_access(const struct twin_access *a, const struct twin_access *b)
{
	return a->addr == b->addr && a->space == b->space && a->width == b->width &&
	       a->write == b->write;
}

static bool polled(const struct twin_access *a)
{
	return !a->write && (a->compare == REG_COMPARE_POLL || a->compare == REG_COMPARE_TIME);
}

/* The same index written again, and the same register read through it: a poll, which counts once.
 */
static bool is_poll_again(const struct twin_access *last, const struct twin_access *index,
			  const struct twin_access *before, const struct twin_access *index_before)
{
	if (!polled(last) || !same_access(last, before)) return false;
	if (last->value != before->value && last->compare != REG_COMPARE_TIME) return false;
	return index->write && same_access(index, index_before) &&
	       index->value == index_before->value;
}

/* For an index and data pair, the register behind the pair is compared. */
static void on_access(void *ctx, const struct access *a)
{
	enum { PAIR = 2, PAIRS = 2 * PAIR };
	struct twin_machine *t = ctx;
	const struct device_ops *ops = a->dev ? a->dev->ops : NULL;
	const struct reg_desc *behind = ops && ops->behind ? ops->behind(a->dev, a->reg) : NULL;
	size_t before = t->trace.n;

	if (!behind) {
		t->record(&t->trace, a);
		return;
	}
	struct access named = *a;
	named.reg = behind;
	named.n = 0;
	t->record(&t->trace, &named);
	if (t->trace.n == before) return;
	size_t n = t->trace.n;
	const struct twin_access *last = &t->trace.access[n - 1];
	if (n >= PAIRS && is_poll_again(last, last - 1, last - PAIR, last - PAIR - 1))
		t->trace.n -= PAIR;
}

/* MSRs are not on the bus, so they have their own callback. */
static void on_msr(void *ctx, const struct access *a) { on_access(ctx, a); }

/* ---- the run ---- */

bool twin_machine_prepare(struct twin_machine *t, const char *program)
{
	stimuli_init(&t->stimuli, &t->machine);
	t->lints = (struct observer){ .lint = on_lint, .msr = on_msr, .ctx = t };
	hub_attach(&t->machine.hub, &t->lints);
	twin_trace_attach(&t->trace, &t->machine.hub, program);
	t->trace.ignored_port = TWIN_REPORT_PORT;
	t->record = t->trace.observer.access;
	t->trace.observer.access = on_access;
	t->trace.observer.ctx = t;
	t->program = program_open(program);
	if (!t->machine.clock.full) return true;
	snprintf(t->stimuli.error, sizeof(t->stimuli.error), "no timer is left for the stimuli");
	return false;
}

bool twin_machine_next(struct twin_machine *t, const char *stimuli, const char *test)
{
	twin_trace_clear(&t->trace);
	t->n_allowed = t->n_told = t->n_again = 0;
	t->running = t->expects_exit = false;
	t->exit_value = 0;
	if (!stimuli_clear(&t->stimuli)) {
		snprintf(t->stimuli.error, sizeof(t->stimuli.error),
			 "what the test before unplugged cannot be plugged in again");
		return false;
	}
	return stimuli_load(&t->stimuli, stimuli, test);
}

void twin_machine_begin(struct twin_machine *t)
{
	t->running = t->trace.on = true;
	stimuli_start(&t->stimuli);
}

void twin_machine_end(struct twin_machine *t)
{
	t->running = t->trace.on = false;
	if (t->n_again)
		fail(t, "%zu more lint%s, like those above", t->n_again, t->n_again > 1 ? "s" : "");
	t->n_again = 0;
}

void twin_machine_expect_exit(struct twin_machine *t, uint32_t value)
{
	t->expects_exit = true;
	t->exit_value = value;
}

void twin_machine_judge(struct twin_machine *t)
{
	const struct machine_state *s = &t->machine.s;
	bool exited = s->event == MACHINE_DEBUG_EXIT;

	if (t->stimuli.error[0]) fail(t, "stimuli: %s", t->stimuli.error);
	if (clock_misused(&t->machine.clock)) {
		char text[TIMER_FAULT_TEXT];

		(void)timer_fault(&t->machine.clock, t->program, text);
		fail(t, "%s", text);
	}
	if (t->trace.lost) fail(t, "more than %d accesses: too many to record", TWIN_TRACE_MAX);
	if (s->event == MACHINE_RESET)
		fail(t, "the test reset the machine (%s)", s->reset_source);
	else if (s->event == MACHINE_POWEROFF)
		fail(t, "the test switched the machine off");
	else if (exited && !t->expects_exit)
		fail(t, "the test wrote 0x%" PRIx32 " to the debug exit port", s->exit_value);
	else if (!exited && t->expects_exit)
		fail(t, "the test did not write to the debug exit port");
	else if (exited && s->exit_value != t->exit_value)
		fail(t, "0x%" PRIx32 " was written to the debug exit port, expected 0x%" PRIx32,
		     s->exit_value, t->exit_value);
}

/* ---- a wait in vain ---- */

void twin_machine_fail_wait(struct twin_machine *t, const char *place, const char *sentence,
			    bool takes)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		fprintf(out, "%s\ninterrupts: the processor takes %s\n", sentence,
			takes ? "them" : "none, its interrupt flag is clear");
		if (!interrupt_controllers(&t->machine, out))
			fputs("  no device of this machine is an interrupt controller\n", out);
		fclose(out);
	}
	if (text && size && text[size - 1] == '\n') text[size - 1] = '\0';
	t->fail(t->fail_ctx, place, text ? text : sentence);
	free(text);
}

void twin_machine_free(struct twin_machine *t)
{
	program_close(t->program);
	t->program = NULL;
	twin_trace_free(&t->trace);
	machine_free(&t->machine);
}
