/* SPDX-License-Identifier: MIT */
#include "harness/twin/kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/boot/loader.h"
#include "harness/machine/cpu.h"
#include "harness/record/access_records.h"
#include "harness/twin/machine.h"
#include "harness/twin/program.h"

enum {
	MILLION = 1000000,
	MAX_LINE = 512,
	MAX_AUDIT_FAULTS = 10 /* lines that are told */,
	MAX_BLOCKS = 1000,
	FLAG_IF = 1 << 9
};
#define MAX_TIME         UINT64_C(60000000000) /* virtual ns */
#define SLICE            UINT64_C(100000000)   /* of it; then the instructions are counted */
#define MAX_INSTRUCTIONS UINT64_C(3000000000)

struct twin_kernel {
	struct twin_machine twin;
	struct device report;
	char line[MAX_LINE];
	size_t n_line;
	bool began, ended;
	unsigned faults;
	const char *test; /* "suite.name" */
};

static void fault_at(void *ctx, const char *place, const char *text)
{
	struct twin_kernel *k = ctx;
	k->faults++;
	fprintf(stderr, "%s: %s%s%s\n", k->test, place, place[0] ? ": " : "", text);
}

static void fault(struct twin_kernel *k, const char *text) { fault_at(k, "", text); }

/* ---- reports ---- */

static const char *after(const char *line, const char *word)
{
	size_t len = strlen(word);
	return strncmp(line, word, len) == 0 ? line + len : NULL;
}

static bool parse_exit(const char *text, uint32_t *value)
{
	char *end;

	if (*text < '0' || *text > '9') return false;
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	*value = (uint32_t)number;
	return !*end && !errno && number <= UINT32_MAX;
}

/* "ADDRESS TEXT". False: it has another form. */
static bool fault_of_code(struct twin_kernel *k, const char *report)
{
	char *text, place[PROGRAM_PLACE], file[PROGRAM_FILE];
	uint64_t address = strtoull(report, &text, 0);

	if (text == report || *text != ' ') return false;
	bool known = program_file(k->twin.program, address, file);
	program_place(k->twin.program, address, place, sizeof(place));
	if (!place[0])
		snprintf(place, sizeof(place), "at 0x%" PRIx64, address);
	else if (known && strstr(file, "harness/twin/metal/"))
		place[0] = '\0'; /* it called the test, which is not what failed */
	fault_at(k, place, text + 1);
	return true;
}

static void on_line(struct twin_kernel *k)
{
	char text[MAX_LINE + 64];
	uint32_t value;
	const char *rest;

	if (clock_misused(&k->twin.machine.clock)) { /* what the test found since then follows */
		twin_machine_end(&k->twin);          /* the kernel goes on for a few instructions */
		machine_quit(&k->twin.machine);
	} else if (strcmp(k->line, "BEGIN") == 0) {
		k->began = true;
		twin_machine_begin(&k->twin);
	} else if (strcmp(k->line, "END") == 0) {
		k->ended = true;
		twin_machine_end(&k->twin);
		machine_quit(&k->twin.machine);
	} else if ((rest = after(k->line, "FAIL ")) != NULL) {
		fault(k, rest);
	} else if ((rest = after(k->line, "FAULT ")) != NULL && fault_of_code(k, rest)) {
		return;
	} else if ((rest = after(k->line, "ALLOW ")) != NULL) {
		twin_machine_allow(&k->twin, rest);
	} else if ((rest = after(k->line, "EXIT ")) != NULL && parse_exit(rest, &value)) {
		twin_machine_expect_exit(&k->twin, value);
	} else {
		snprintf(text, sizeof(text), "unknown report from the kernel: %s", k->line);
		fault(k, text);
	}
}

static void report_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	struct twin_kernel *k = dev->state;
	(void)offset;
	(void)width;
	if (k->ended) return;
	if ((char)value != '\n') {
		if (k->n_line < MAX_LINE - 1) k->line[k->n_line++] = (char)value;
		return;
	}
	k->line[k->n_line] = '\0';
	k->n_line = 0;
	on_line(k);
}

static uint64_t report_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)offset;
	(void)width;
	return UINT64_MAX;
}

static const struct device_ops report_ops = { .name = "twin",
					      .mem_read = report_read,
					      .mem_write = report_write };

/* ---- the run ---- */

static bool start(struct twin_kernel *k, const struct twin_kernel_options *o,
		  struct boot_result *boot)
{
	struct machine_config config = twin_machine_config(&o->setup);
	char append[256], error[512];
	struct boot_request request = { .path = o->image, .append = append };
	struct cpu_regs regs = { 0 };

	const char *why = machine_init(&k->twin.machine, &config);
	if (why) {
		fault(k, why);
		return false;
	}
	k->report = (struct device){
		.ops = &report_ops, .instance = "twin", .hub = &k->twin.machine.hub, .state = k
	};
	why = bus_map(&k->twin.machine.bus, BUS_PORT, TWIN_REPORT_PORT, 1, &k->report, 0);
	if (!why && (!twin_machine_prepare(&k->twin, o->image) ||
		     !twin_machine_next(&k->twin, o->stimuli, k->test)))
		why = k->twin.stimuli.error;
	int n = snprintf(append, sizeof(append), "%s/%s tsc=%d", o->suite, o->name, CPU_TSC_HZ);
	if (!why && n >= (int)sizeof(append)) why = "the test's name is too long";
	request.firmware = &k->twin.machine.firmware;
	if (!why && !boot_load(&request, &k->twin.machine.mem, &regs, boot, error, sizeof(error)))
		why = error;
	if (why)
		fault(k, why);
	else
		processor_set_regs(&k->twin.machine.processor, &regs);
	return !why;
}

/* Run until the kernel stops, or exceeds a limit. A loop that accesses no device would take minutes
 * to reach that of virtual time. */
static enum cpu_stop run_bounded(struct machine *m, uint64_t max_instructions)
{
	for (uint64_t until = SLICE; until <= MAX_TIME; until += SLICE) {
		enum cpu_stop stop = machine_run(m, until);
		struct cpu_stats stats;

		if (stop != CPU_STOP_TIME || m->s.event != MACHINE_RUNNING) return stop;
		if (clock_misused(&m->clock)) break;
		processor_stats(&m->processor, &stats);
		if (stats.instructions > max_instructions) break;
	}
	return CPU_STOP_TIME;
}

/* Where the driver is. In an accessor that is not inlined: go on, by a few blocks of instructions,
 * until it returns. If it sleeps, its frame has the place; code without optimisation has frame
 * pointers. */
static uint64_t place_in_driver(struct twin_kernel *k, enum cpu_stop stop)
{
	struct machine *m = &k->twin.machine;
	struct cpu_regs regs;
	uint64_t after_call = 0;

	for (unsigned i = 0; i < MAX_BLOCKS; i++) {
		if (!program_in_accessor(k->twin.program, processor_pc(&m->processor)))
			return processor_pc(&m->processor);
		if (stop != CPU_STOP_TIME) break;
		stop = machine_run(m, clock_now(&m->clock) + 1);
	}
	processor_get_regs(&m->processor, &regs);
	(void)mem_read64(&m->mem, regs.gpr[CPU_RBP] + sizeof(uint64_t), &after_call);
	return after_call ? after_call - 1 : processor_pc(&m->processor);
}

static void fail_unended(struct twin_kernel *k, enum cpu_stop stop, uint64_t max_instructions)
{
	struct machine *m = &k->twin.machine;
	char text[1024], place[PROGRAM_PLACE], limit[64];
	struct cpu_regs regs;

	processor_get_regs(&m->processor, &regs);
	snprintf(limit, sizeof(limit), "%" PRIu64 " million instructions",
		 max_instructions / MILLION);
	if (stop == CPU_STOP_TIME)
		snprintf(text, sizeof(text),
			 "the test did not end within %s: an endless loop? It was at 0x%" PRIx64,
			 clock_now(&m->clock) >= MAX_TIME ? "60 s of virtual time" : limit,
			 processor_pc(&m->processor));
	else
		snprintf(text, sizeof(text), "stopped at 0x%" PRIx64 ": %s",
			 processor_pc(&m->processor), processor_stop_detail(&m->processor));
	program_place(k->twin.program, place_in_driver(k, stop), place, sizeof(place));
	if (stop == CPU_STOP_TIME || stop == CPU_STOP_HALTED)
		twin_machine_fail_wait(&k->twin, place, text, regs.rflags & FLAG_IF);
	else
		fault_at(k, place, text);
}

static void run(struct twin_kernel *k, uint64_t max_instructions)
{
	struct machine *m = &k->twin.machine;
	enum cpu_stop stop = run_bounded(m, max_instructions);

	twin_machine_end(&k->twin);
	if (!k->began && !k->faults) fault(k, "the test did not begin");
	if (k->ended || m->s.event != MACHINE_RUNNING || clock_misused(&m->clock))
		twin_machine_judge(&k->twin);
	else
		fail_unended(k, stop, max_instructions);
}

/* ---- the audit: each access on the bus comes from a place in the access records ---- */

static bool is_recorded(const struct access_record *r, const struct twin_access *a)
{
	return r && r->width == a->width && r->write == a->write &&
	       (r->kind == ACCESS_RECORD_PORT) == (a->space == BUS_PORT) &&
	       (r->kind == ACCESS_RECORD_MSR) == (a->space == BUS_MSR);
}

/* Places that were told: the lines, whatever they are inlined at. */
struct told {
	char place[MAX_AUDIT_FAULTS][PROGRAM_PLACE];
	size_t n;
};

/* Is there still something to tell of this place? From now on there is not. */
static bool is_news(struct told *told, const char *place)
{
	size_t len = strcspn(place, ",");

	for (size_t i = 0; i < told->n && len; i++) /* each unknown place is another */
		if (strlen(told->place[i]) == len && strncmp(told->place[i], place, len) == 0)
			return false;
	if (told->n == MAX_AUDIT_FAULTS) return false;
	snprintf(told->place[told->n++], PROGRAM_PLACE, "%.*s", (int)len, place);
	return true;
}

/* False: its line was told before. */
static bool tell_unrecorded(struct twin_kernel *k, struct told *told, const struct access_record *r,
			    const struct twin_access *a)
{
	char text[1024], place[PROGRAM_PLACE];

	program_place(k->twin.program, a->pc, place, sizeof(place));
	if (!is_news(told, place)) return false;
	snprintf(text, sizeof(text), "%s of %u bits at %s 0x%" PRIx64 ": %s",
		 a->write ? "write" : "read", a->width, twin_trace_space(a), a->addr,
		 r ? "the io.h accessor at this place has another width, direction or space"
		   : "it was not made through io.h or bimetal/portio.h, but by a plain pointer or "
		     "an instruction of the driver's own");
	fault_at(k, place, text);
	return true;
}

static void audit(struct twin_kernel *k, const struct boot_result *boot)
{
	struct access_records records;
	struct told told = { .n = 0 };
	size_t more = 0;
	char text[256];

	if (!access_records_read(&records, boot->image, boot->image_size, true, text,
				 sizeof(text))) {
		fault(k, text);
		return;
	}
	for (size_t i = 0; i < k->twin.trace.n; i++) {
		const struct twin_access *a = &k->twin.trace.access[i];
		const struct access_record *r = access_records_find(&records, 0, a->pc);
		if (!is_recorded(r, a) && !tell_unrecorded(k, &told, r, a)) more++;
	}
	access_records_free(&records);
	if (!more) return;
	snprintf(text, sizeof(text), "%zu more accesses like these", more);
	fault(k, text);
}

bool twin_kernel_run(const struct twin_kernel_options *o)
{
	struct twin_kernel *k = calloc(1, sizeof(*k));
	struct boot_result boot = { 0 };
	char test[256], error[512];

	if (!k) return false;
	snprintf(test, sizeof(test), "%s.%s", o->suite, o->name);
	k->test = test;
	k->twin.fail = fault_at;
	k->twin.fail_ctx = k;
	if (start(k, o, &boot)) {
		run(k, o->max_instructions ? o->max_instructions : MAX_INSTRUCTIONS);
		if (!o->no_audit) audit(k, &boot);
		if (o->trace && !twin_trace_write(&k->twin.trace, o->trace, error, sizeof(error)))
			fault(k, error);
	}
	bool passed = k->faults == 0;
	boot_result_free(&boot);
	twin_machine_free(&k->twin);
	free(k);
	return passed;
}
