/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/command/options.h"
#include "tests/check.h"
#include <stdio.h>
#include <string.h>

enum { MAX_ARGS = 256, ARG_SIZE = 64 };

static struct run_options o;

/* Parse a command line given as one string, cut at blanks. */
static bool parse(const char *line)
{
	static char text[4096];
	char *argv[MAX_ARGS] = { (char *)"bimetal run" };
	int argc = 1;
	snprintf(text, sizeof(text), "%s", line);
	char *save = NULL;
	for (char *a = strtok_r(text, " ", &save); a; a = strtok_r(NULL, " ", &save))
		argv[argc++] = a;
	options_init(&o);
	return options_parse(&o, argc, argv, true);
}

TestSuite(options, .timeout = 60);

Test(options, an_image_alone_gives_the_documented_defaults)
{
	require(parse("kernel.elf"));
	check_eq(str, o.boot.path, "kernel.elf");
	check_eq(str, o.machine, "pc");
	check_eq(u64, o.memory, UINT64_C(128) << 20);
	check_eq(u64, o.max_time_ns, UINT64_C(600000000000));
	check(!o.has_max_time);
	check_eq(u64, o.wall_limit_ns, 0);
	check_eq(sz, o.fill_pattern_len, 1);
	check_eq(u8, o.fill_pattern[0], 0xcc);
	check_eq(sz, o.n_success, 1);
	check_eq(u32, o.success[0], 0x10);
	check_eq(i64, o.rtc_epoch, 1767225600);
	check_eq(int, (int)o.lint, LINT_MODE_WARN);
	check(o.serial_stdio);
	check(!o.reboot_on_reset);
}

Test(options, every_option_reaches_its_member)
{
	require(parse("-m 64M --machine isapc --cpu +pae,-nx --boot linux --append quiet "
		      "--initrd rd.gz --serial out.txt --script s --expect BOOT "
		      "--screen-text - --screenshot a.png --max-time 50ms --wall-limit 10s "
		      "--ram-fill random:7 --lint error --allow-lint a.b.c --trace - "
		      "--stats st --success 1 --success 0x20 --qemu-exit --on-reset reboot "
		      "--step --rtc 12 --quiet --debugcon stdio --acpi-table a.aml "
		      "--acpi-table b.aml --device pci-test vmlinuz"));
	check_eq(str, o.machine, "isapc");
	require_eq(uint, o.n_devices, 1);
	check_eq(str, o.device[0].text, "pci-test");
	require_eq(sz, o.n_acpi_tables, 2);
	check_eq(str, o.acpi_table[0], "a.aml");
	check_eq(str, o.acpi_table[1], "b.aml");
	check_eq(u64, o.memory, UINT64_C(64) << 20);
	check_eq(str, o.cpu, "+pae,-nx");
	check(!o.unknown_msr_zero);
	check_eq(int, (int)o.boot.kind, BOOT_LINUX);
	check_eq(str, o.boot.append, "quiet");
	check_eq(str, o.boot.initrd, "rd.gz");
	check_eq(str, o.serial, "out.txt");
	check(!o.serial_stdio);
	check_eq(str, o.script, "s");
	check_eq(str, o.expect, "BOOT");
	check_eq(str, o.screen_text, "-");
	check_eq(str, o.screenshot, "a.png");
	check_eq(u64, o.max_time_ns, 50000000);
	check(o.has_max_time);
	check_eq(u64, o.wall_limit_ns, UINT64_C(10000000000));
	check(o.random_fill);
	check_eq(u64, o.fill_seed, 7);
	check_eq(int, (int)o.lint, LINT_MODE_ERROR);
	check_eq(sz, o.n_allow_lint, 1);
	check_eq(str, o.trace, "-");
	check_eq(str, o.stats, "st");
	require_eq(sz, o.n_success, 2);
	check_eq(u32, o.success[0], 1);
	check_eq(u32, o.success[1], 0x20);
	check(o.qemu_exit && o.reboot_on_reset && o.step && o.quiet);
	check_eq(i64, o.rtc_epoch, 12);
	check_eq(str, o.debugcon, "stdio");
}

Test(options, a_recording_of_coverage_goes_to_a_file)
{
	require(parse("--coverage run.coverage k"));
	check_eq(str, o.coverage, "run.coverage");
	check(!parse("--coverage - k"));
	check(strstr(o.error, "--coverage '-': a recording does not go to standard output") != NULL,
	      "%s", o.error);
}

Test(options, flat_images_take_addresses_and_a_mode)
{
	require(parse("--boot flat --load-addr 0x7c00 --entry 31744 --mode 16 boot.bin"));
	check(o.boot.has_load_addr && o.boot.has_entry);
	check_eq(u64, o.boot.load_addr, 0x7c00);
	check_eq(u64, o.boot.entry, 0x7c00);
	check_eq(uint, o.boot.mode, 16);
}

Test(options, a_graphics_mode_has_width_height_and_bits)
{
	static const char *const wrong[] = { "",
					     "1024",
					     "1024x768",
					     "1024x768x32x1",
					     "1024x768x-1",
					     "0x0x0",
					     "x768x32",

					     "1x1x1111111111111111111111" };

	require(parse("--vga 1024x768x32 k"));
	check(o.boot.has_video);
	check_eq(u32, o.boot.video.width, 1024);
	check_eq(u32, o.boot.video.height, 768);
	check_eq(u32, o.boot.video.bits, 32);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char line[64];
		snprintf(line, sizeof(line), "--vga=%s k", wrong[i]);
		check(!parse(line), "%s", line);
	}
}

Test(options, a_module_carries_its_command_line)
{
	require(parse("--module a.bin --module b.bin:root=/dev:x k"));
	require_eq(sz, o.boot.n_modules, 2);
	check_eq(str, o.boot.module[0].path, "a.bin");
	check_eq(str, o.boot.module[0].cmdline, "");
	check_eq(str, o.boot.module[1].path, "b.bin");
	check_eq(str, o.boot.module[1].cmdline, "root=/dev:x");
}

Test(options, too_many_modules_are_refused)
{
	char line[2048] = "k";
	for (int i = 0; i <= BOOT_MAX_MODULES; i++) strcat(line, " --module=m");
	check(!parse(line));
}

Test(options, the_serial_port_can_be_left_out)
{
	require(parse("--serial none k"));
	check_eq(ptr, o.serial, NULL);
	check(!o.serial_stdio);
}

Test(options, an_image_is_needed_and_only_one)
{
	check(!parse(""));
	check(!parse("a b"));
	check_eq(str, o.error, "more than one IMAGE: 'b'; text for the guest goes in --append");
}

Test(options, too_many_acpi_tables_are_refused)
{
	static char line[1024] = "";
	for (int i = 0; i < ACPI_MAX_USER_TABLES; i++) strcat(line, " --acpi-table=t");
	strcat(line, " k");
	check(parse(line));
	strcat(line, " --acpi-table=t");
	check(!parse(line));
}

Test(options, an_unknown_option_is_refused) { check(!parse("--no-such-option k")); }

Test(options, stale_translations)
{
	require(parse("k"));
	check_eq(int, o.tlb.use, TLB_OFF);
	require(parse("--tlb lint k"));
	check_eq(int, o.tlb.use, TLB_LINT);
	check(!o.tlb.writable_code);
	require(parse("--wx --tlb stale k"));
	check_eq(int, o.tlb.use, TLB_STALE);
	check(o.tlb.writable_code);
	require(parse("--tlb off k"));
	check_eq(int, o.tlb.use, TLB_OFF);
}

Test(options, bad_values_are_refused_by_name)
{
	static const char *const lines[] = {
		"-m 0 k",
		"-m 512K k",
		"-m 65G k",
		"-m 12Q k",
		"-m -5 k",
		"-m 99999999999999999999 k",
		"-m 99999999999999G k",
		"--boot uefi k",
		"--load-addr x k",
		"--entry 0x k",
		"--mode 8 k",
		"--max-time 0 k",
		"--max-time 1.s k",
		"--max-time 3w k",
		"--wall-limit x k",
		"--ram-fill c k",
		"--ram-fill xx k",
		"--ram-fill 112233445566778899 k",
		"--ram-fill random: k",
		"--ram-fill random:x k",
		"--lint maybe k",
		"--success x k",
		"--success 0x100000000 k",
		"--on-reset x k",
		"--unknown-msr x k",
		"--tlb x k",
		"--wx k",
		"--tlb lint --wx --tlb off k",
		"--expect a --expect b k",
		"--rtc tomorrow k",
		"--rtc 2026-13-01 k",
		"--rtc 2026-02-30 k",
		"--rtc 2100-01-01 k",
	};
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		check(!parse(lines[i]), "accepted: %s", lines[i]);
		check(o.error[0] != '\0', "no message: %s", lines[i]);
	}
}

Test(options, what_a_device_sends_goes_to_a_file)
{
	require(parse("--device lpt,port=0x378,irq=7,file=out --device pci-test "
		      "--device ./a.so,file=a,b=c,file=d k"));
	check_eq(str, o.device[0].text, "lpt,port=0x378,irq=7");
	check_eq(str, o.device_file[0], "out");
	check_eq(ptr, o.device_file[1], NULL);
	check_eq(str, o.device[2].text, "./a.so");
	check_eq(str, o.device_file[2], "a,b=c,file=d", "a file's name may have anything");
	check(!parse("--device lpt,file= k"));
	check(strstr(o.error, "--device lpt,file=: no path"), "%s", o.error);
	for (const char *const *key = (const char *const[]){ "port", "port2", "memory", "irq",
							     "memory12", "name", NULL };
	     *key; key++) {
		char line[64], why[64];

		snprintf(line, sizeof(line), "--device lpt,file=x,%s=1,y=2 k", *key);
		snprintf(why, sizeof(why), "file=PATH comes last, behind '%s=1,y=2'", *key);
		check(!parse(line));
		check(strstr(o.error, why), "%s", o.error);
	}
	check(parse("--device lpt,file=x,ports=1,port k"), "no setting");
}

/* An option that is repeated more often than there is room for is refused, not dropped. */
Test(options, too_many_of_a_kind_are_refused)
{
	static const struct {
		const char *option;
		unsigned most;
		const char *why;
	} many[] = {
		{ "--allow a.b ", OPTIONS_MAX_ALLOWED, "more than 64 times --allow" },
		{ "--device pci-test ", OPTIONS_MAX_DEVICES, "more than 8 devices" },
		{ "--acpi-table t ", ACPI_MAX_USER_TABLES,
		  "--acpi-table can be given 16 times at most" },
		{ "--module m ", BOOT_MAX_MODULES, "--module can be given 32 times at most" },
		{ "--success 1 ", OPTIONS_MAX_SUCCESS, "" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		char line[2048] = "";
		for (unsigned n = 0; n < many[i].most; n++) strcat(line, many[i].option);
		strcat(line, "k");
		check(parse(line), "%s: %s", many[i].option, o.error);
		line[strlen(line) - 1] = '\0';
		strcat(line, many[i].option);
		strcat(line, "k");
		check(!parse(line), "accepted: %s", many[i].option);
		check(o.error[0] && strstr(o.error, many[i].why) != NULL, "%s", o.error);
	}
}

/* As other emulators write them. A value may begin with a dash. */
Test(options, a_name_with_one_dash_is_told_to_have_two)
{
	static const char *const bad[] = {
		"-kernel k",   "-serial none k", "--quiet -cdrom k",
		"-memory 4 k", "-hda k",         "--serial=none -smp 2 k"
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		check(!parse(bad[i]), "accepted: %s", bad[i]);
		check(strstr(o.error, "two dashes: --") != NULL, "%s: %s", bad[i], o.error);
	}
	check(parse("-m64M -Mpc -q k") && parse("-m 64 -qMpc k"), "%s", o.error);
	check(parse("--append -kernel k") && parse("--app -x k") && parse("k -- -kernel") == false);
	check_eq(str, o.boot.path, "k");
}

Test(options, features_of_the_cpu_are_checked_and_listed)
{
	check(!parse("--cpu +?"));
	check(strstr(o.error, "+NAME or -NAME with: ") && strstr(o.error, " rdtscp "), "%s",
	      o.error);
	check(parse("--cpu intel,-x2apic k"));
}

Test(options, disks_are_snapshots_unless_told_otherwise)
{
	require(parse("--disk a.img --disk b.img,write --floppy c.img,readonly kernel"));
	require_eq(sz, o.n_disks, 2);
	check_eq(str, o.disk[0].path, "a.img");
	check_eq(int, (int)o.disk[0].access, DISK_SNAPSHOT);
	check_eq(str, o.disk[1].path, "b.img");
	check_eq(int, (int)o.disk[1].access, DISK_WRITE);
	check_eq(str, o.floppy.path, "c.img");
	check_eq(int, (int)o.floppy.access, DISK_READONLY);
}

Test(options, a_disk_needs_no_image)
{
	require(parse("--disk a.img"));
	check_eq(int, (int)o.boot.kind, BOOT_DISK);
	check_eq(ptr, o.boot.path, NULL);
	check_eq(sz, o.n_success, 1);
	check(parse("--boot disk --floppy a.img"));
	check(parse("--cdrom a.iso"));
	check_eq(str, o.cdrom.path, "a.iso");
	check_eq(int, (int)o.cdrom.access, DISK_READONLY);
	check_eq(int, (int)o.boot.kind, BOOT_DISK);
	check(parse("--boot cd --cdrom a.iso --disk b.img"));
	check_eq(int, (int)o.boot.kind, BOOT_CD);
	check(!parse("--boot cd --disk b.img"));
	check(!parse("--cdrom a --cdrom b"));
	check(!parse("--boot linux --disk a.img"));
	check(!parse("--boot disk"));
}

Test(options, wrong_disks_are_refused)
{
	check(!parse("--disk a.img,now k"));
	check_ne(ptr, strstr(o.error, "snapshot, write or readonly"), NULL);
	check(!parse("--disk a --disk b --disk c k"));
	check(!parse("--floppy a --floppy b k"));
}

Test(options, runs_to_verify_need_an_end_that_repeats)
{
	require(parse("--verify traced,stepped --max-time 1s kernel.elf"));
	check(o.verify.n == 2 && o.verify.kind[1] == VERIFY_STEPPED);
	check(!parse("--verify 2 --wall-limit 1s kernel.elf"));
	check(strstr(o.error, "--max-time") != NULL);
	check(!parse("--verify sometimes kernel.elf"));
	require(parse("kernel.elf"));
	check(o.verify.n == 0);
}
