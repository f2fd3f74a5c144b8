/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"
#include "report.h"

enum side_number { HERE, QEMU, HOST, MANUAL, N_SIDES };
static const char *const side_names[N_SIDES] = { "here", "qemu", "host", "manual" };

/* A set of programs and what each side made of them. */
struct runs {
	unsigned n;
	struct program *programs;
	struct outcome *outcomes[N_SIDES];
};

/* A program that differs between here and `side`. */
struct failing {
	struct program program;
	struct outcome here, there;
	enum side_number side;
	uint32_t fields;
	bool settled;
};

struct job {
	struct side *side;
	struct runs *runs;
	struct outcome *outcomes;
	bool ok;
};

static bool runs_make(struct runs *r, unsigned n)
{
	memset(r, 0, sizeof *r);
	r->n = n;
	r->programs = calloc(n ? n : 1, sizeof *r->programs);
	bool ok = r->programs != NULL;
	for (unsigned i = 0; i < N_SIDES; i++) {
		r->outcomes[i] = calloc(n ? n : 1, sizeof *r->outcomes[i]);
		ok = ok && r->outcomes[i];
	}
	return ok;
}

static void runs_free(struct runs *r)
{
	free(r->programs);
	for (unsigned i = 0; i < N_SIDES; i++) free(r->outcomes[i]);
}

static void *run_job(void *argument)
{
	struct job *job = argument;
	job->ok = side_run(job->side, job->runs->programs, job->runs->n, job->outcomes);
	return NULL;
}

/* Makes the outcome by the manual, for programs that no other side can run: our own outcome, with
 * the vector and error code of the manual. A program that ended the emulator gets a trap too, so
 * that this is a difference. */
static void run_manual(struct runs *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		struct outcome *o = &r->outcomes[MANUAL][i];
		bool died = r->outcomes[HERE][i].ending == ENDING_DIED;
		if (!r->programs[i].expect && !died) continue;
		*o = r->outcomes[HERE][i];
		o->ending = ENDING_TRAP;
		if (!r->programs[i].expect) continue;
		o->words[W_VECTOR] = r->programs[i].expect - 1u;
		o->words[W_ERROR] = 0;
	}
}

static bool run_all(struct session *s, struct runs *r)
{
	struct job here = { &s->here, r, r->outcomes[HERE], false },
		   qemu = { &s->qemu, r, r->outcomes[QEMU], true };
	pthread_t thread;
	bool threaded = s->use_qemu && pthread_create(&thread, NULL, run_job, &qemu) == 0;

	if (s->use_qemu && !threaded) (void)run_job(&qemu);
	(void)run_job(&here);
	if (threaded) (void)pthread_join(thread, NULL);
	if (s->use_native) s->use_native = native_run(r->programs, r->n, r->outcomes[HOST]);
	run_manual(r);
	return here.ok && qemu.ok;
}

static uint32_t differs(const struct runs *r, unsigned i, enum side_number side)
{
	const struct outcome *there = &r->outcomes[side][i];
	if (there->ending == ENDING_NONE || r->outcomes[HERE][i].ending == ENDING_NONE) return 0;
	return compare(&r->programs[i], &r->outcomes[HERE][i], there, side == HOST);
}

/* What remains of a difference after the rows with instruction *. */
static uint32_t differs_still(struct session *s, const struct runs *r, unsigned i,
			      enum side_number side)
{
	struct finding f;
	uint32_t fields = differs(r, i, side);
	if (!fields) return 0;
	finding_make(&r->programs[i], side_names[side], &r->outcomes[HERE][i],
		     &r->outcomes[side][i], fields, &f);
	return decided_apply(s->decided, &f, true);
}

static bool same_kind(struct session *s, const struct failing *f, const struct runs *r, unsigned i)
{
	char a[2][48], b[2][48];
	uint32_t fields = differs(r, i, f->side);
	const uint32_t elsewhere = 1u << D_VECTOR | 1u << D_RIP;
	if (!fields) return false;
	if (!(f->fields & elsewhere)) return (differs_still(s, r, i, f->side) & f->fields) != 0;
	/* One side went on where the other stopped; the results after that are not compared. */
	if (!(fields & elsewhere)) return false;
	outcome_text(&f->program, &f->here, a[0], sizeof a[0]);
	outcome_text(&f->program, &f->there, a[1], sizeof a[1]);
	outcome_text(&r->programs[i], &r->outcomes[HERE][i], b[0], sizeof b[0]);
	outcome_text(&r->programs[i], &r->outcomes[f->side][i], b[1], sizeof b[1]);
	return strcmp(a[0], b[0]) == 0 || strcmp(a[1], b[1]) == 0;
}

static void take_over(struct failing *f, const struct runs *r, unsigned i, uint32_t fields)
{
	f->fields = fields;
	f->program = r->programs[i];
	f->here = r->outcomes[HERE][i];
	f->there = r->outcomes[f->side][i];
}

/* One round: run each unfinished program without one of its instructions, for each instruction. */
static bool reduce_once(struct session *s, struct failing *list, unsigned n, bool *changed)
{
	struct runs r;
	unsigned total = 0, at = 0;

	for (unsigned i = 0; i < n; i++) total += list[i].settled ? 0 : list[i].program.count;
	if (!total) return true;
	bool ok = runs_make(&r, total);
	for (unsigned i = 0; ok && i < n; i++)
		for (unsigned k = 0; !list[i].settled && k < list[i].program.count; k++) {
			program_without(&list[i].program, k, &r.programs[at]);
			r.programs[at].index = at;
			at++;
		}
	ok = ok && run_all(s, &r);
	at = 0;
	for (unsigned i = 0; ok && i < n; i++) {
		if (list[i].settled) continue;
		unsigned count = list[i].program.count, k = 0;
		while (k < count && !same_kind(s, &list[i], &r, at + k)) k++;
		list[i].settled = k == count;
		if (k < count)
			take_over(&list[i], &r, at + k, differs_still(s, &r, at + k, list[i].side)),
				*changed = true;
		at += count;
	}
	runs_free(&r);
	return ok;
}

static void note_undecided(struct session *s, const struct failing *f,
			   const struct finding *finding)
{
	char signature[COLUMN_BYTES * 2], fields[96], mnemonic[32] = "";
	fields_text(finding->fields, fields, sizeof fields);
	for (unsigned i = 0; i < finding->count; i++)
		(void)sscanf(finding->texts[i], "%31s", mnemonic);
	if (strcmp(mnemonic, "lock") == 0 || strncmp(mnemonic, "rep", 3) == 0)
		(void)snprintf(mnemonic, sizeof mnemonic, "%.31s",
			       finding->texts[finding->count - 1]);
	(void)snprintf(signature, sizeof signature, "%s | %s | %s | %s | %.90s", finding->side,
		       mnemonic, finding->here, finding->there, fields);
	unsigned i = 0;
	while (i < s->n_kinds && strcmp(s->kinds[i].signature, signature) != 0) i++;
	if (i == s->n_kinds && s->n_kinds < MAX_KINDS) {
		(void)snprintf(s->kinds[i].signature, sizeof s->kinds[i].signature, "%s",
			       signature);
		s->kinds[i].count = 0;
		s->n_kinds++;
	}
	if (strcmp(finding->side, side_names[HOST]) == 0 && !s->host_counts)
		s->uncounted++;
	else
		s->undecided++;
	if (i == MAX_KINDS || s->kinds[i].count++ >= s->limit) return;
	fprintf(s->report, "[%s]\n", signature);
	report_finding(s->report, &f->program, finding, &f->here, &f->there);
}

static void judge(struct session *s, const struct failing *f)
{
	struct finding finding;
	finding_make(&f->program, side_names[f->side], &f->here, &f->there, f->fields, &finding);
	s->findings++;
	finding.fields = decided_apply(s->decided, &finding, false);
	if (finding.fields) note_undecided(s, f, &finding);
}

static bool settle(struct session *s, struct failing *list, unsigned n)
{
	for (unsigned round = 0; round < MAX_INSNS && !s->keep_whole; round++) {
		bool changed = false;
		if (!reduce_once(s, list, n, &changed)) return false;
		if (!changed) break;
	}
	for (unsigned i = 0; i < n; i++) judge(s, &list[i]);
	return true;
}

bool session_run(struct session *s, uint64_t seed, uint32_t first, uint32_t n)
{
	struct runs r;
	unsigned count = 0;
	bool ok = runs_make(&r, n);
	struct failing *list = calloc((size_t)n * (N_SIDES - 1), sizeof *list);

	for (uint32_t i = 0; ok && i < n; i++)
		generate(seed, first + i, &s->options, &r.programs[i]);
	ok = ok && list && run_all(s, &r);
	for (unsigned i = 0; ok && i < n; i++) {
		s->programs++;
		s->native_programs += r.outcomes[HOST][i].ending == ENDING_TRAP;
		for (enum side_number side = QEMU; side < N_SIDES; side++) {
			uint32_t fields = differs_still(s, &r, i, side);
			if (!fields) continue;
			list[count].side = side;
			take_over(&list[count++], &r, i, fields);
		}
	}
	ok = ok && settle(s, list, count);
	free(list);
	runs_free(&r);
	return ok;
}
