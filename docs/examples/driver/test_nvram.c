/* SPDX-License-Identifier: MIT */
/* The driver, natively on the models and inside the emulated CPU; all but the last test also under
 * QEMU. */
#include "bimetal/twin.h"
#include "nvram.h"

enum { CLOCK = 0x70, PULLED_NS = 5000000 };

static struct nvram ready(void)
{
	struct nvram nvram;
	twin_assert_eq(nvram_init(&nvram, twin_port(CLOCK)), NVRAM_OK);
	return nvram;
}

TWIN(nvram, a_record_comes_back)
{
	struct nvram nvram = ready();
	const uint8_t stored[3] = { 0x00, 0xff, 0x42 };
	uint8_t loaded[3] = { 0 };
	twin_assert_eq(nvram_store(&nvram, stored, sizeof(stored)), NVRAM_OK);
	twin_assert_eq(nvram_load(&nvram, loaded, sizeof(loaded)), NVRAM_OK);
	for (unsigned i = 0; i < sizeof(stored); i++) twin_expect_eq(loaded[i], stored[i]);
}

TWIN(nvram, a_damaged_record_is_told)
{
	struct nvram nvram = ready();
	const uint8_t stored[NVRAM_MAX] = { 1, 2, 3 };
	uint8_t loaded[NVRAM_MAX];
	twin_assert_eq(nvram_store(&nvram, stored, NVRAM_MAX), NVRAM_OK);
	io_write8(twin_port(CLOCK), 0, 0x71);
	io_write8(twin_port(CLOCK), 1, 7);
	twin_expect_eq(nvram_load(&nvram, loaded, NVRAM_MAX), NVRAM_CORRUPT);
}

TWIN(nvram, absurd_arguments_are_refused)
{
	struct nvram nvram = ready();
	uint8_t data[1] = { 0 };
	twin_expect_eq(nvram_init(NULL, twin_port(CLOCK)), NVRAM_NULL);
	twin_expect_eq(nvram_load(&nvram, NULL, 1), NVRAM_NULL);
	twin_expect_eq(nvram_store(NULL, data, 1), NVRAM_NULL);
	twin_expect_eq(nvram_load(&nvram, data, 0), NVRAM_SIZE);
	twin_expect_eq(nvram_store(&nvram, data, NVRAM_MAX + 1), NVRAM_SIZE);
}

/* test_nvram.stimuli pulls the chip out after 1 ms. */
TWIN_HERE(nvram, a_chip_that_was_pulled_out_is_absent)
{
	struct nvram nvram = ready();
	wait_ns(twin_wait(), PULLED_NS);
	twin_allow("bus.unclaimed-write");
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(nvram_init(&nvram, twin_port(CLOCK)), NVRAM_ABSENT);
}
