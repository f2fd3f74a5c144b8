/* SPDX-License-Identifier: MIT */
/* Records what this program's machines reach into a file (coverage_recording.h). A program that
 * does not begin to record pays nothing; one that does behaves the same, as the recorder is an
 * observer (hub_attach_everywhere()). Accesses of the firmware when a machine starts are not
 * recorded. */
#ifndef HARNESS_CATALOGUE_COVERAGE_RECORDER_H
#define HARNESS_CATALOGUE_COVERAGE_RECORDER_H

#include <stdbool.h>

#include "harness/catalogue/register_coverage.h"

/* Record into this file until the process ends. What an earlier run recorded there is lost; but if
 * the parent process made it, as Criterion's runner does for the processes of tests, it is added
 * to: so call it when the program starts. `path` must stay valid. If it records already, nothing is
 * done. False: `error` says why not. */
bool coverage_record(const char *path, char error[COVERAGE_ERROR_SIZE]);
/* The models of users are in the catalogue: from now on the recording shows that they were there,
 * even if nothing of them is reached. Without this call, the first access does it, and if that
 * fails the program ends with a message. Does nothing if it does not record. False: error. */
bool coverage_record_models(char error[COVERAGE_ERROR_SIZE]);

/* For tests of models: from now on this process makes random accesses; or its accesses, which reach
 * every register, are not recorded, only lints. */
void coverage_record_random(void);
void coverage_record_lints_only(void);

#endif
