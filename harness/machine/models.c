/* SPDX-License-Identifier: MIT */
/* The models that `--device` knows by name. A new one is a line here. */
#include "devices/lpt/model.h"
#include "devices/pci_test/model.h"
#include "emu/array.h"
#include "harness/machine/added.h"

static const struct model *const models[] = { &model_lpt, &model_pci_test };

const struct model *machine_model_at(size_t n) { return n < ARRAY_SIZE(models) ? models[n] : NULL; }
