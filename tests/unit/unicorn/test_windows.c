/* SPDX-License-Identifier: MIT */
/* Memory of devices as the CPU reaches it: through windows, directly or seen by observers. */
#include "cpu_fixture.h"
#include "emu/mem_device.h"
#include "emu/mem_mark.h"

enum { SIZE = 64 << 10, FILL = 0xcc, PORT_SHOW = 0x80, PORT_HIDE = 0x81 };
#define SECOND UINT64_C(1000000000)
#define AT     UINT64_C(0xd0000000) /* of the window */
#define OTHER  UINT64_C(0xd0100000) /* where it moves to */

static struct mem_device *device;
static struct mem_window *window;

/* The device on the bus below the window. */
static struct device below;
static unsigned n_below;

static uint64_t below_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)offset;
	(void)width;
	n_below++;
	return 0x5a;
}

static void below_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)value;
	below_read(dev, offset, width);
}

static const struct device_ops below_ops = { .name = "below",
					     .mem_read = below_read,
					     .mem_write = below_write };

/* An observer that hears accesses to memory, and one that does not. */
static struct access heard[32];
static unsigned n_heard, n_plain;

static void hear(void *ctx, const struct access *a)
{
	(void)ctx;
	if (n_heard < 32 && a->space == BUS_MEMORY) heard[n_heard++] = *a;
}

static void hear_plain(void *ctx, const struct access *a)
{
	(void)ctx;
	check(!a->memory);
	n_plain++;
}

static struct observer listener = { .access = hear };
static struct observer plain = { .access = hear_plain, .access_without_memory = true };

static void power_on(void)
{
	make_cpu(false);
	require(mem_add_device(&mem, "the test's memory", SIZE, FILL, &device) == NULL);
	window = mem_device_add_window(device);
	below = (struct device){ .ops = &below_ops, .instance = "below", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, AT, SIZE, &below, 0) == NULL);
	n_below = n_heard = n_plain = 0;
	hub_attach(&hub, &plain);
}

static void power_off(void)
{
	free_cpu();
	cpu_spec = NULL;
}

TestSuite(windows, .init = power_on, .fini = power_off, .timeout = 60);

static void show(unsigned access) { require(mem_window_show(window, AT, 0, SIZE, access)); }

/* mov dword [AT+0x10],0x11223344; mov eax,[AT+0x10]; mov [0x200000],eax; hlt */
static const uint8_t stores_and_loads[] = { 0xc7, 0x05, 0x10, 0,    0,    0xd0, 0x44,
					    0x33, 0x22, 0x11, 0xa1, 0x10, 0,    0,
					    0xd0, 0xa3, 0,    0,    0x20, 0,    0xf4 };
enum { N_INSTRUCTIONS = 4, RESULT_AT = 0x200000 };

static uint32_t result(void)
{
	uint32_t v = 0;
	require(mem_read32(&mem, RESULT_AT, &v));
	return v;
}

Test(windows, the_cpu_reads_and_writes_memory_at_the_cost_of_ram)
{
	show(MEM_WINDOW_ALL);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x11223344);
	check_eq(u32, mem_device_word(device, 0x10), 0x11223344);
	check_eq(u32, mem_device_word(device, 0x14), 0xccccccccu);
	check_eq(u8, device->flags[0],
		 MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_STORED | MEM_DEVICE_CHANGED);
	check_eq(uint, n_below, 0);
	check_eq(uint, n_plain, 0);
	check_eq(u64, clock_now(&clk), N_INSTRUCTIONS);
}

Test(windows, a_read_marks_a_page_as_touched_alone)
{
	show(MEM_WINDOW_ALL);
	start_protected(stores_and_loads + 10, sizeof stores_and_loads - 10);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0xccccccccu);
	check_eq(u8, device->flags[0], MEM_TOUCHED);
}

Test(windows, a_write_after_a_read_marks_the_page)
{
	/* mov eax,[AT+0x10]; mov [AT+0x10],eax; hlt */
	static const uint8_t code[] = { 0xa1, 0x10, 0, 0, 0xd0, 0xa3, 0x10, 0, 0, 0xd0, 0xf4 };
	const uint8_t marks = MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_STORED | MEM_DEVICE_CHANGED;
	show(MEM_WINDOW_ALL);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u8, device->flags[0], marks);
	mem_device_reset(device);
	hub_attach(&hub, &listener);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u8, device->flags[0], marks);
}

Test(windows, an_observer_hears_accesses_and_changes_nothing)
{
	show(MEM_WINDOW_ALL);
	hub_attach(&hub, &listener);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x11223344);
	check_eq(u64, clock_now(&clk), N_INSTRUCTIONS);
	require_eq(uint, n_heard, 2);
	check_eq(u64, heard[0].addr, AT + 0x10);
	check_eq(u64, heard[0].value, 0x11223344);
	check_eq(u8, heard[0].width, 32);
	check_eq(u64, heard[0].pc, CODE_AT);
	check(heard[0].write && heard[0].memory && heard[0].dev == &below);
	check(!heard[1].write && heard[1].pc == CODE_AT + 10);
	check_eq(u8, device->flags[0],
		 MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_STORED | MEM_DEVICE_CHANGED);
	check_eq(uint, n_below, 0);
	/* When it has gone, the memory is mapped again. */
	hub_detach(&hub, &listener);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(uint, n_heard, 2);
}

Test(windows, what_a_window_does_not_let_through_goes_to_the_bus)
{
	show(MEM_WINDOW_WRITE);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x5a);
	check_eq(u32, mem_device_word(device, 0x10), 0x11223344);
	check_eq(uint, n_below, 1);
	check_eq(uint, n_plain, 1);
	check_eq(u64, clock_now(&clk), N_INSTRUCTIONS + CPU_CHARGE_MMIO);
}

Test(windows, reads_alone_may_be_let_through)
{
	show(MEM_WINDOW_READ);
	mem_device_set_word(device, 0x10, 0x77);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x77);
	check_eq(uint, n_below, 1);
	check_eq(u64, clock_now(&clk), N_INSTRUCTIONS + CPU_CHARGE_MMIO);
}

/* A byte of one page, read and written by turns: add byte [AT],1, 200 times; then 200 stores. */
static const uint8_t by_turns[] = { 0xb9, 200, 0, 0, 0, 0x80, 0x05, 0, 0, 0,    0xd0, 1,    0xe2,
				    0xf7, /* loop */
				    0xb9, 200, 0, 0, 0, 0xa2, 0,    0, 0, 0xd0, 0xe2, 0xf9, 0xf4 };

static uint64_t time_of(const uint8_t *code, size_t size)
{
	uint64_t from = clock_now(&clk);
	start_protected(code, size);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	return clock_now(&clk) - from;
}

Test(windows, reads_that_the_bus_takes_and_writes_by_turns)
{
	show(MEM_WINDOW_WRITE);
	uint64_t ns = time_of(by_turns, sizeof by_turns);
	check_eq(uint, n_below, 200);
	check_eq(u64, mem_device_load(device, 0, 8), 0, "EAX was stored");
	check_eq(u64, ns, 1 + 2 * 200 + 1 + 2 * 200 + 1 + 200 * CPU_CHARGE_MMIO);
	hub_attach(&hub, &listener);
	check_eq(u64, time_of(by_turns, sizeof by_turns), ns);
	check_eq(uint, n_below, 400);
}

/* --- windows that change while the guest runs */

static void on_port(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	if (offset == PORT_SHOW)
		require(mem_window_show(window, value ? OTHER : AT, 0x1000, 0x1000,
					MEM_WINDOW_ALL));
	else if (offset == PORT_HIDE)
		mem_window_hide(window);
	else
		port_write(dev, offset, width, value);
}

static const struct device_ops switch_ops = { .name = "ports",
					      .mem_read = port_read,
					      .mem_write = on_port };

Test(windows, a_window_moves_and_hides_while_the_guest_runs)
{
	/* mov al,1; out 0x80,al; mov byte [OTHER],0x33; out 0x81,al; mov byte [OTHER],0x44;
	 * mov al,0; out 0x80,al; mov al,[AT]; mov [0x200000],eax; out 0x81,al; mov byte [AT],1;
	 * mov al,[AT]; mov [0x200004],al; hlt */
	static const uint8_t code[] = {
		0x31, 0xc0, 0xb0, 1,    0xe6,      PORT_SHOW, 0xc6, 0x05,      0,    0,
		0x10, 0xd0, 0x33, 0xe6, PORT_HIDE, 0xc6,      0x05, 0,         0,    0x10,
		0xd0, 0x44, 0xb0, 0,    0xe6,      PORT_SHOW, 0xa0, 0,         0,    0,
		0xd0, 0xa3, 0,    0,    0x20,      0,         0xe6, PORT_HIDE, 0xc6, 0x05,
		0,    0,    0,    0xd0, 1,         0xa0,      0,    0,         0,    0xd0,
		0xa2, 4,    0,    0x20, 0,         0xf4
	};
	uint32_t last = 0;
	ports.ops = &switch_ops;
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u64, mem_device_load(device, 0x1000, 8), 0x33);
	check_eq(u32, result(), 0x33);
	require(mem_read32(&mem, RESULT_AT + 4, &last));
	check_eq(u32, last & 0xff, 0x5a, "the device below answers again");
	check_eq(uint, n_below, 2);
}

Test(windows, two_windows_show_the_same_page)
{
	/* mov byte [AT],0x21; mov al,[OTHER]; mov [0x200000],eax; hlt */
	static const uint8_t code[] = { 0x31, 0xc0, 0xc6, 0x05, 0,    0, 0, 0xd0, 0x21, 0xa0,
					0,    0,    0x10, 0xd0, 0xa3, 0, 0, 0x20, 0,    0xf4 };
	struct mem_window *second = mem_device_add_window(device);
	show(MEM_WINDOW_ALL);
	require(mem_window_show(second, OTHER, 0, SIZE, MEM_WINDOW_ALL));
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x21);
}

Test(windows, a_store_across_pages)
{
	/* mov dword [AT+0xffe],0x04030201; mov eax,[AT+0xffe]; mov [0x200000],eax; hlt */
	static const uint8_t code[] = { 0xc7, 0x05, 0xfe, 0xf,  0,    0xd0, 1, 2,    3, 4,   0xa1,
					0xfe, 0xf,  0,    0xd0, 0xa3, 0,    0, 0x20, 0, 0xf4 };
	show(MEM_WINDOW_ALL);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, result(), 0x04030201);
	check_eq(u64, mem_device_load(device, 0xffe, 32), 0x04030201);
	check(device->flags[1] & MEM_DEVICE_STORED);
}

/* --- what the CPU does with it besides */

Test(windows, code_in_it_is_told_by_name)
{
	/* mov eax,AT; jmp eax */
	static const uint8_t code[] = { 0xb8, 0, 0, 0, 0xd0, 0xff, 0xe0 };
	show(MEM_WINDOW_ALL);
	mem_device_set(device, 0, 0xf4, 16);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_BAD_FETCH);
	check(strstr(cpu_stop_detail(cpu), "(physical 0xd0000000), which is the test's memory"),
	      "%s", cpu_stop_detail(cpu));
	show(MEM_WINDOW_WRITE);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_BAD_FETCH);
	check(strstr(cpu_stop_detail(cpu), "the test's memory"), "%s", cpu_stop_detail(cpu));
	mem_window_hide(window);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_BAD_FETCH);
	check(strstr(cpu_stop_detail(cpu), "no memory"), "%s", cpu_stop_detail(cpu));
}

Test(windows, page_tables_in_it_work)
{
	/* 32-bit paging: the directory is in the window, with 4 MiB pages.
	 * mov dword [0x800000],7; hlt */
	static const uint8_t code[] = { 0xc7, 0x05, 0, 0, 0x80, 0, 7, 0, 0, 0, 0xf4 };
	enum { P_W_PS = 0x83, A_D = 0x60 };
	struct cpu_regs r;
	show(MEM_WINDOW_ALL);
	start_protected(code, sizeof code);
	mem_device_set(device, 0, 0, MEM_PAGE);
	for (uint32_t i = 0; i < 4; i++) mem_device_set_word(device, 4 * i, i << 22 | P_W_PS);
	cpu_get_regs(cpu, &r);
	r.cr3 = AT;
	r.cr4 |= 0x10;
	r.cr0 |= UINT32_C(0x80000000);
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u32, mem_device_word(device, 8), (2u << 22) | P_W_PS | A_D);
}

Test(windows, a_mark_withdraws_the_grant_to_write)
{
	struct mem_marks *marks = mem_marks_new(&mem, 16 << 20);

	show(MEM_WINDOW_ALL);
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require(mem_mark(marks));
	cpu_invalidate_all(cpu);
	check(!(device->flags[0] & MEM_DIRTY));
	start_protected(stores_and_loads, sizeof stores_and_loads);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check(device->flags[0] & MEM_DIRTY);
	mem_marks_free(marks);
}
