/* SPDX-License-Identifier: MIT */
/* The driver of the keyboard controller: the controller and its buffers. */
#include "emu/array.h"
#include "tests/devices/ps2_controller/driver_fixture.h"
#include "tests/unit/emu/random.h"

TestSuite(ps2, .init = ps2_power_on, .fini = host_power_off, .timeout = 60);

static int init(void) { return (int)ps2_init(&ps2, io_port(&cpu, PS2_PORT), wait); }

Test(ps2, constants_agree_with_the_models_table)
{
	check_eq(u32, PS2_DATA.at, ps2_controller_regs[PS2_CONTROLLER_MODEL_OUTPUT].offset);
	check_eq(u32, PS2_DATA.at, ps2_controller_regs[PS2_CONTROLLER_MODEL_INPUT].offset);
	check_eq(u32, PS2_STATUS.at, ps2_controller_regs[PS2_CONTROLLER_MODEL_STATUS].offset);
	check_eq(u32, PS2_COMMAND.at, ps2_controller_regs[PS2_CONTROLLER_MODEL_COMMAND].offset);
	static const unsigned same[][2] = {
		{ PS2_STATUS_OBF, PS2_CONTROLLER_MODEL_STATUS_OBF },
		{ PS2_STATUS_IBF, PS2_CONTROLLER_MODEL_STATUS_IBF },
		{ PS2_STATUS_MOBF, PS2_CONTROLLER_MODEL_STATUS_MOBF },
		{ PS2_STATUS_TO, PS2_CONTROLLER_MODEL_STATUS_TO },
		{ PS2_STATUS_PE, PS2_CONTROLLER_MODEL_STATUS_PE },
		{ PS2_CONFIG_INT, PS2_CONTROLLER_MODEL_CTR_INT },
		{ PS2_CONFIG_INT2, PS2_CONTROLLER_MODEL_CTR_INT2 },
		{ PS2_CONFIG_SYS, PS2_CONTROLLER_MODEL_CTR_SYS },
		{ PS2_CONFIG_DISABLE, PS2_CONTROLLER_MODEL_CTR_DISABLE },
		{ PS2_CONFIG_DISABLE2, PS2_CONTROLLER_MODEL_CTR_DISABLE2 },
		{ PS2_CONFIG_XLATE, PS2_CONTROLLER_MODEL_CTR_XLATE },
		{ PS2_CMD_READ_CONFIG, PS2_CONTROLLER_MODEL_CMD_READ_RAM },
		{ PS2_CMD_WRITE_CONFIG, PS2_CONTROLLER_MODEL_CMD_WRITE_RAM },
		{ PS2_CMD_DISABLE_AUX, PS2_CONTROLLER_MODEL_CMD_DISABLE_AUX },
		{ PS2_CMD_ENABLE_AUX, PS2_CONTROLLER_MODEL_CMD_ENABLE_AUX },
		{ PS2_CMD_TEST_AUX, PS2_CONTROLLER_MODEL_CMD_TEST_AUX },
		{ PS2_CMD_SELF_TEST, PS2_CONTROLLER_MODEL_CMD_SELF_TEST },
		{ PS2_CMD_TEST_KEYBOARD, PS2_CONTROLLER_MODEL_CMD_TEST_KBD },
		{ PS2_CMD_DISABLE_KEYBOARD, PS2_CONTROLLER_MODEL_CMD_DISABLE_KBD },
		{ PS2_CMD_ENABLE_KEYBOARD, PS2_CONTROLLER_MODEL_CMD_ENABLE_KBD },
		{ PS2_CMD_WRITE_AUX, PS2_CONTROLLER_MODEL_CMD_WRITE_AUX },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(same); i++)
		check_eq(u32, same[i][0], same[i][1], "%u", i);
	uint64_t writable = reg_mask(&ps2_controller_inner_regs[PS2_CONTROLLER_MODEL_COMMAND_BYTE],
				     1u << REG_RW);
	check_eq(u64, writable & PS2_CONFIG_ZERO, PS2_CONTROLLER_MODEL_CTR_OVERRIDE,
		 "never set, though it is");
}

/* ---- initialisation ---- */

Test(ps2, set_up_makes_its_accesses_in_order)
{
	require_eq(int, init(), PS2_OK);
	check_eq(str, written,
		 "COMMAND=ad COMMAND=a7 "
		 "COMMAND=20 COMMAND=60 INPUT=30 COMMAND=aa COMMAND=60 INPUT=34 "
		 "COMMAND=a8 COMMAND=20 COMMAND=a7 COMMAND=20 "
		 "COMMAND=ab COMMAND=a9 COMMAND=ae COMMAND=a8 ");
	check(ps2_usable(&ps2, PS2_KEYBOARD));
	check(ps2_usable(&ps2, PS2_AUX));
	wait_ns(&wait, MS(1));
	check_eq(u64, controller.s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE],
		 PS2_CONTROLLER_MODEL_CTR_SYS);
	check_lt(u64, clock_now(&vclock), MS(20));
}

Test(ps2, set_up_takes_over_whatever_the_firmware_left)
{
	for (unsigned i = 0; i < 60; i++) {
		ps2_keyboard_model_bios_state(&keyboard);
		ps2_mouse_model_bios_state(&mouse);
		ps2_controller_model_bios_state(&controller);
		io_write8(io_port(&cpu, PS2_PORT), 4, PS2_CONTROLLER_MODEL_CMD_ENABLE_AUX);
		ps2_keyboard_model_key(&keyboard, PS2_KEY_UP, true);
		ps2_mouse_model_move(&mouse, 5, 5, 1);
		wait_ns(&wait, US(20 + 50 * i)); /* bytes are in transit at all places */
		require_eq(int, init(), PS2_OK, "%u", i);
		ps2_keyboard_model_key(&keyboard, PS2_KEY_UP, false);
	}
}

Test(ps2, set_up_works_whatever_the_handle_held)
{
	memset(&ps2, 0xa5, sizeof(ps2));
	require_eq(int, init(), PS2_OK);
	ps2_keyboard_model_bios_state(&keyboard);
	ps2_keyboard_model_key(&keyboard, PS2_KEY_A, true);
	ps2_listen(MS(5)); /* without buffers */
	check_eq(u32, ps2.errors, 0);
	memset(&ps2, 0xa5, sizeof(ps2));
	require(bus_map_absent(&bus, BUS_PORT, 0x260, 8, "no controller") == NULL);
	check_eq(int, ps2_init(&ps2, io_port(&cpu, 0x260), wait), PS2_ABSENT);
	check(!ps2_usable(&ps2, PS2_KEYBOARD));
	check(!ps2_usable(&ps2, PS2_AUX));
}

Test(ps2, set_up_finds_no_controller_where_the_bus_floats)
{
	require(bus_map_absent(&bus, BUS_PORT, 0x260, 8, "no controller") == NULL);
	check_eq(int, ps2_init(&ps2, io_port(&cpu, 0x260), wait), PS2_ABSENT);
	check_eq(u32, n_written, 0);
	check_eq(int, ps2_init(NULL, io_port(&cpu, 0x260), wait), PS2_NULL);
	check(!ps2_usable(&ps2, PS2_KEYBOARD));
}

Test(ps2, set_up_writes_the_command_byte_again_after_the_self_test)
{
	struct io io = fake_plug();
	fake.after_self_test = 0x4b; /* interrupts, translation, a bit that must be 0 */
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	check_eq(u8, fake.config & (uint8_t)~PS2_CONFIG_DISABLE, PS2_CONFIG_SYS);
}

Test(ps2, set_up_works_without_a_second_channel)
{
	struct io io = fake_plug();
	fake.no_aux = true;
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	check(ps2_usable(&ps2, PS2_KEYBOARD));
	check(!ps2_usable(&ps2, PS2_AUX));
	check(strstr(written, "=a9") == NULL, "what is not there is not tested");
	check_eq(int, ps2_set_interrupts(&ps2, true, true), PS2_NO_CHANNEL);
	check_eq(int, ps2_set_interrupts(&ps2, true, false), PS2_OK);
	check_eq(int, ps2_reset(&ps2, PS2_AUX, NULL, 0), PS2_NO_CHANNEL);
}

Test(ps2, a_channel_that_fails_its_test_is_not_used)
{
	struct io io = fake_plug();
	fake.answer[PS2_CMD_TEST_KEYBOARD] = 3; /* data line stuck low */
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	check(!ps2_usable(&ps2, PS2_KEYBOARD));
	check(ps2_usable(&ps2, PS2_AUX));
	check(strstr(written, "=ae") == NULL);
	fake.answer[PS2_CMD_TEST_AUX] = 1;
	check_eq(int, ps2_init(&ps2, io, wait), PS2_NO_CHANNEL);
}

Test(ps2, a_controller_that_fails_its_self_test_is_not_used)
{
	struct io io = fake_plug();
	fake.answer[PS2_CMD_SELF_TEST] = 0xfc;
	check_eq(int, ps2_init(&ps2, io, wait), PS2_SELF_TEST);
	check(!ps2_usable(&ps2, PS2_KEYBOARD));
}

static void expect_timeout(struct io io)
{
	uint64_t start = clock_now(&vclock);
	check_eq(int, ps2_init(&ps2, io, wait), PS2_TIMEOUT);
	check(clock_now(&vclock) - start < MS(5000));
}

Test(ps2, a_controller_that_takes_no_bytes_is_given_up)
{
	struct io io = fake_plug();
	fake.status = PS2_STATUS_IBF;
	expect_timeout(io);
	check_eq(u32, n_written, 0);
}

Test(ps2, a_controller_that_takes_no_bytes_but_sends_some_is_given_up)
{
	struct io io = fake_plug();
	fake.status = PS2_STATUS_IBF | PS2_STATUS_OBF;
	expect_timeout(io);
}

Test(ps2, a_controller_that_never_falls_silent_is_given_up)
{
	struct io io = fake_plug();
	fake.status = PS2_STATUS_OBF;
	expect_timeout(io);
	check_lt(u32, fake.n_reads, 100);
}

Test(ps2, a_controller_that_does_not_answer_is_given_up)
{
	struct io io = fake_plug();
	fake.answer[PS2_CMD_SELF_TEST] = -1;
	expect_timeout(io);
	fake.answer[PS2_CMD_SELF_TEST] = PS2_SELF_TEST_PASSED;
	fake.answer[PS2_CMD_TEST_KEYBOARD] = -1;
	expect_timeout(io);
	fake.answer[PS2_CMD_TEST_KEYBOARD] = 0;
	fake.answer[PS2_CMD_TEST_AUX] = -1;
	expect_timeout(io);
}

Test(ps2, the_auxiliary_devices_byte_is_no_answer_of_the_controller)
{
	struct io io = fake_plug();
	fake.status = PS2_STATUS_MOBF;
	expect_timeout(io);
}

/* ---- interrupts and translation ---- */

Test(ps2, the_command_byte_changes_only_where_it_is_asked_to)
{
	require_eq(int, init(), PS2_OK);
	require_eq(int, ps2_set_interrupts(&ps2, true, false), PS2_OK);
	require_eq(int, ps2_set_translation(&ps2, true), PS2_OK);
	wait_ns(&wait, MS(1));
	check_eq(u64, controller.s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE],
		 PS2_CONTROLLER_MODEL_CTR_SYS | PS2_CONTROLLER_MODEL_CTR_XLATE |
			 PS2_CONTROLLER_MODEL_CTR_INT);
	require_eq(int, ps2_set_interrupts(&ps2, false, true), PS2_OK);
	require_eq(int, ps2_set_translation(&ps2, false), PS2_OK);
	wait_ns(&wait, MS(1));
	check_eq(u64, controller.s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE],
		 PS2_CONTROLLER_MODEL_CTR_SYS | PS2_CONTROLLER_MODEL_CTR_INT2);
	check_eq(int, ps2_set_interrupts(NULL, false, false), PS2_NULL);
	check_eq(int, ps2_set_translation(NULL, false), PS2_NULL);
}

Test(ps2, bad_arguments_change_nothing)
{
	require_eq(int, init(), PS2_OK);
	uint8_t byte = 0;
	unsigned n = 9;
	forget_writes();
	check_eq(int, ps2_attach(&ps2, (enum ps2_channel)2, NULL), PS2_BAD_ARG);
	check_eq(int, ps2_attach(NULL, PS2_AUX, NULL), PS2_NULL);
	check(!ps2_usable(&ps2, (enum ps2_channel) - 1));
	check(!ps2_usable(NULL, PS2_AUX));
	check_eq(int, ps2_receive(NULL), PS2_NULL);
	check_eq(int, ps2_receive(&ps2), PS2_EMPTY);
	check_eq(int, ps2_command(&ps2, (enum ps2_channel)7, &byte, 1, NULL, 0), PS2_BAD_ARG);
	check_eq(int, ps2_command(&ps2, PS2_AUX, NULL, 1, NULL, 0), PS2_NULL);
	check_eq(int, ps2_command(&ps2, PS2_AUX, &byte, 0, NULL, 0), PS2_BAD_ARG);
	check_eq(int, ps2_command(&ps2, PS2_AUX, &byte, 5, NULL, 0), PS2_BAD_ARG);
	check_eq(int, ps2_command(&ps2, PS2_AUX, &byte, 1, NULL, 1), PS2_NULL);
	check_eq(int, ps2_command(&ps2, PS2_AUX, &byte, 1, &byte, 9), PS2_BAD_ARG);
	check_eq(int, ps2_command(NULL, PS2_AUX, &byte, 1, NULL, 0), PS2_NULL);
	check_eq(int, ps2_ask(&ps2, PS2_AUX, 0, &byte, &n), PS2_BAD_ARG);
	check_eq(int, ps2_ask(&ps2, PS2_AUX, 0, &byte, NULL), PS2_NULL);
	check_eq(int, ps2_ask(&ps2, PS2_AUX, 0, NULL, &n), PS2_NULL);
	check_eq(int, ps2_ask(NULL, PS2_AUX, 0, &byte, &n), PS2_NULL);
	check_eq(int, ps2_reset(&ps2, PS2_AUX, NULL, 1), PS2_NULL);
	check_eq(int, ps2_reset(&ps2, PS2_AUX, &byte, 9), PS2_BAD_ARG);
	check_eq(int, ps2_reset(NULL, PS2_AUX, NULL, 0), PS2_NULL);
	check_eq(str, written, "");
}

/* ---- commands to devices ---- */

static struct io fake_start(void)
{
	struct io io = fake_plug();
	require_eq(int, ps2_init(&ps2, io, wait), PS2_OK);
	require_eq(int, ps2_ring_init(&kbd_ring, kbd_bytes, RING), PS2_OK);
	require_eq(int, ps2_attach(&ps2, PS2_KEYBOARD, &kbd_ring), PS2_OK);
	forget_writes();
	return io;
}

static int say_f4(void)
{
	static const uint8_t byte = 0xf4;
	return (int)ps2_command(&ps2, PS2_KEYBOARD, &byte, 1, NULL, 0);
}

Test(ps2, a_byte_that_the_device_wants_again_is_sent_three_times_in_all)
{
	(void)fake_start();
	fake.said[0] = fake.said[1] = PS2_DEVICE_RESEND;
	fake.said[2] = PS2_DEVICE_ACK;
	check_eq(int, say_f4(), PS2_OK);
	check_eq(u32, fake.n_sent, 3);
	fake.n_said = fake.n_sent = 0;
	fake.said[2] = PS2_DEVICE_RESEND;
	check_eq(int, say_f4(), PS2_REFUSED);
	check_eq(u32, fake.n_sent, 3);
}

Test(ps2, garbled_bytes_are_counted_and_answers_asked_for_again)
{
	(void)fake_start();
	fake.said[0] = fake.said[1] = fake.said[2] = PS2_DEVICE_ACK;
	fake.said_status = PS2_STATUS_PE;
	check_eq(int, say_f4(), PS2_REFUSED);
	check_eq(u32, fake.n_sent, 3);
	fake.status = PS2_STATUS_PE;
	fake_say(0x1c);
	check_eq(int, ps2_receive(&ps2), PS2_OK);
	check_eq(u32, ps2.errors, 1);
	check_eq(str, ring_text(&kbd_ring), "");
}

Test(ps2, a_device_that_the_controller_cannot_reach_is_not_waited_for)
{
	(void)fake_start();
	fake.said[0] = PS2_DEVICE_RESEND;
	fake.said_status = PS2_STATUS_TO;
	uint64_t start = clock_now(&vclock);
	check_eq(int, say_f4(), PS2_NO_DEVICE);
	check(clock_now(&vclock) - start < MS(1));
	check_eq(u32, fake.n_sent, 1);
}

Test(ps2, a_device_that_sends_nothing_is_given_up)
{
	(void)fake_start();
	uint64_t start = clock_now(&vclock);
	check_eq(int, say_f4(), PS2_NO_DEVICE);
	check(clock_now(&vclock) - start < MS(1000));
	check_eq(int, ps2_reset(&ps2, PS2_KEYBOARD, NULL, 0), PS2_NO_DEVICE);
	check(clock_now(&vclock) - start < MS(5000));
}

Test(ps2, a_device_that_never_acknowledges_is_given_up)
{
	(void)fake_start();
	fake.status = PS2_STATUS_OBF; /* the same byte for ever */
	fake.data = 0x1c;
	uint64_t start = clock_now(&vclock);
	check_eq(int, say_f4(), PS2_NO_DEVICE);
	check(clock_now(&vclock) - start < MS(1000));
}

Test(ps2, an_empty_socket_answers_nothing)
{
	host_power_off();
	ps2_plug(NULL, NULL);
	require_eq(int, init(), PS2_OK);
	check_eq(int, say_f4(), PS2_NO_DEVICE);
	check_eq(int, ps2_reset(&ps2, PS2_AUX, NULL, 0), PS2_NO_DEVICE);
	check_eq(int, ps2_set_translation(&ps2, true), PS2_OK, "the controller goes on");
	check_eq(int, init(), PS2_OK, "and can be set up again");
}

Test(ps2, bytes_that_come_before_the_answer_go_to_the_ring)
{
	(void)fake_start();
	fake_say(0x1c);
	fake.said[0] = PS2_DEVICE_ACK;
	check_eq(int, say_f4(), PS2_OK);
	check_eq(str, ring_text(&kbd_ring), "1c ");
}

/* ---- buffers ---- */

Test(ps2, a_ring_gives_what_it_took_in_order)
{
	struct ps2_ring ring;
	uint8_t bytes[7], byte, want = 0, next = 0;
	uint64_t seed = 9;
	require_eq(int, ps2_ring_init(&ring, bytes, sizeof(bytes)), PS2_OK);
	for (unsigned i = 0; i < 10000; i++) {
		if (random_next(&seed) % 2) {
			if (ps2_ring_put(&ring, next)) next++;
		} else if (ps2_ring_take(&ring, &byte) == PS2_OK) {
			require_eq(u8, byte, want++);
		}
		require_le(u32, (uint8_t)(next - want), 6);
	}
	check_gt(u32, ring.lost, 0);
}

Test(ps2, a_full_ring_counts_what_it_loses)
{
	struct ps2_ring ring;
	uint8_t bytes[4], byte;
	require_eq(int, ps2_ring_init(&ring, bytes, sizeof(bytes)), PS2_OK);
	for (uint8_t i = 0; i < 3; i++) check(ps2_ring_put(&ring, i));
	check(!ps2_ring_put(&ring, 3));
	check_eq(u32, ring.lost, 1);
	for (uint8_t i = 0; i < 3; i++) {
		require_eq(int, ps2_ring_take(&ring, &byte), PS2_OK);
		check_eq(u8, byte, i);
	}
	check_eq(int, ps2_ring_take(&ring, &byte), PS2_EMPTY);
	check_eq(int, ps2_ring_take(&ring, NULL), PS2_NULL);
	check_eq(int, ps2_ring_take(NULL, &byte), PS2_NULL);
	check(!ps2_ring_put(NULL, 0));
	check_eq(int, ps2_ring_init(&ring, bytes, 1), PS2_BAD_ARG);
	check_eq(int, ps2_ring_init(&ring, NULL, 4), PS2_NULL);
	check_eq(int, ps2_ring_init(NULL, bytes, 4), PS2_NULL);
}
