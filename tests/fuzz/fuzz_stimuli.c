/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_load.h"
#include "harness/console/stimuli.h"
#include "harness/machine/host.h"

enum { MAX_INPUT = 64 * 1024, MEMORY = 8 << 20, SECOND = 1000000000, MAX_TEXT = 4096 };

static struct machine machine;
static struct bimetal_cpu cpu;
static struct stimuli s;
static struct bus_decoder ports, memory;
static char plug_all[MAX_TEXT];

static void require(bool holds)
{
	if (!holds) abort();
}

static void set_up(void)
{
	struct machine_config config = { .memory = MEMORY };
	size_t at;

	if (machine.n_devices) return;
	require(machine_host_init(&machine, &config, &cpu) == NULL);
	stimuli_init(&s, &machine);
	ports = machine.bus.port;
	memory = machine.bus.memory;
	at = (size_t)snprintf(plug_all, sizeof(plug_all), "[suite.name]\n");
	for (size_t i = 0; i < machine.n_devices; i++)
		at += (size_t)snprintf(plug_all + at, sizeof(plug_all) - at, "at 1ns plug %s\n",
				       machine.device[i]->instance);
	require(at < sizeof(plug_all));
}

static void play(void)
{
	uint64_t end = s.n ? s.list[s.n - 1].ns : 0;

	if (end > SECOND) return; /* the board's own timers would take too long */
	stimuli_start(&s);
	clock_run_until(&machine.clock, s.start_ns + end);
	require(s.next == s.n);
}

static bool same(const struct bus_decoder *a, const struct bus_decoder *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->range[i].base != b->range[i].base || a->range[i].size != b->range[i].size ||
		    a->range[i].dev != b->range[i].dev || a->range[i].offset != b->range[i].offset)
			return false;
	return a->n == b->n;
}

/* Whatever was unplugged comes back to where it was. */
static void restore(void)
{
	require(stimuli_parse(&s, "all", plug_all, strlen(plug_all), "suite.name"));
	play();
	require(s.n_unplugged == 0);
	require(same(&machine.bus.port, &ports) && same(&machine.bus.memory, &memory));
	machine_reset(&machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > MAX_INPUT) return -1;
	set_up();
	if (!stimuli_parse(&s, "input", (const char *)data, size, "suite.name")) {
		require(memchr(s.error, '\0', sizeof(s.error)) != NULL);
		require(strncmp(s.error, "input:", 6) == 0 && strlen(s.error) > 10);
		return 0;
	}
	require(s.n <= STIMULI_MAX && s.error[0] == '\0');
	for (size_t i = 1; i < s.n; i++) require(s.list[i - 1].ns <= s.list[i].ns);
	play();
	restore();
	return 0;
}
