/* SPDX-License-Identifier: MIT */
#include "harness/twin/host/made.h"

#include <stdlib.h>

#include "harness/catalogue/catalogue.h"
#include "harness/catalogue/coverage_recorder.h"
#include "harness/machine/host.h"
#include "harness/machine/mark.h"
#include "harness/twin/host/failure.h"
#include "harness/twin/host/variables.h"

/* Models and a board of the user's own, and where they are: bimetal_add_twin_test() writes these,
 * if the test has any. */
__attribute__((weak)) extern const char *const twin_native_device[], *const twin_native_machine;
__attribute__((weak)) extern const struct model *const twin_native_model[];
__attribute__((weak)) extern const struct machine_kind *const twin_native_board;

static bool set_up(struct made *made)
{
	bool has = &twin_native_machine != NULL;
	char error[COVERAGE_ERROR_SIZE];

	if (made->is_set_up) return true;
	made->setup = twin_setup_of(getenv("BIMETAL_TWIN_CPU"), has ? twin_native_machine : NULL,
				    has ? twin_native_board : NULL);
	for (size_t i = 0; has && twin_native_device[i]; i++) {
		if (twin_native_model[i]) catalogue_add_model(twin_native_model[i]);
		if (twin_setup_add(&made->setup, twin_native_device[i], twin_native_model[i]))
			continue;
		failure("a test can have %d models at most", TWIN_MAX_DEVICES - 1);
		return false;
	}
	if (has && twin_native_board) catalogue_add_board(twin_native_board);
	made->is_set_up = coverage_record_models(error);
	if (!made->is_set_up) failure("%s", error);
	return made->is_set_up;
}

/* Without a mark, which needs memory, each test has a machine that is new. */
static bool make(struct made *made)
{
	struct machine_config config = twin_machine_config(&made->setup);
	const char *fault = machine_host_init(&made->twin.machine, &config, &made->cpu);

	made->twin.fail = failure_at;
	if (!fault) made->is_made = true;
	if (!fault && !twin_machine_prepare(&made->twin, made->program))
		fault = made->twin.stimuli.error;
	if (fault) {
		failure("%s", fault);
		return false;
	}
	made->start = machine_mark(&made->twin.machine);
	variables_keep();
	return true;
}

static bool renew(struct made *made)
{
	variables_restore();
	if (made->start && stimuli_clear(&made->twin.stimuli) &&
	    machine_restore(&made->twin.machine, made->start))
		return true;
	made_free(made);
	return make(made);
}

bool made_ready(struct made *made, const char *test)
{
	if (!set_up(made) || !(made->is_made ? renew(made) : make(made))) return false;
	if (twin_machine_next(&made->twin, getenv("BIMETAL_TWIN_STIMULI"), test)) return true;
	failure("%s", made->twin.stimuli.error);
	return false;
}

void made_free(struct made *made)
{
	if (made->is_made) twin_machine_free(&made->twin);
	made->twin = (struct twin_machine){ 0 };
	made->start = NULL;
	made->is_made = false;
}
