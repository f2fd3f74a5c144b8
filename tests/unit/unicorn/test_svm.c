/* SPDX-License-Identifier: MIT */
/* SVM: what VMRUN refuses, with its reason; the host's last moments; a guest that is copied. The
 * kernels svm and svm_events test the rest. */
#include "emu/array.h"
#include "emu/bytes.h"
#include "emu/x86/bits.h"
#include "emu/x86/lints.h"
#include "emu/x86/vmcb.h"
#include "tests/unit/unicorn/cpu_fixture.h"

enum { VMCB_AT = 0x200000, HSAVE_AT = 0x201000, GUEST_AT = 0x110000, GUEST_STACK = 0x120000 };
enum { INTERCEPT_VMRUN = 1, INTERCEPT_VMMCALL = 2 };

static struct observer watcher;
static unsigned n_refused;
static char reason[128];
static uint8_t vmcb[VMCB_USED];

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc != &cpu_lints[CPU_LINT_VMRUN_INVALID]) return;
	n_refused++;
	strncpy(reason, l->detail, sizeof reason - 1);
}

static void put(unsigned at, uint64_t value) { put_le64(vmcb + at, value); }
static uint64_t get(unsigned at)
{
	require(mem_read(&mem, VMCB_AT, vmcb, sizeof vmcb));
	return get_le64(vmcb + at);
}

static void put_segment(unsigned at, uint16_t selector, uint16_t attributes)
{
	uint8_t *s = vmcb + VMCB_SAVE + at;
	put_le16(s, selector);
	put_le16(s + VMCB_ATTRIBUTES, attributes);
	put_le32(s + VMCB_LIMIT, UINT32_MAX);
}

/* A valid guest: flat 32-bit code that executes VMMCALL. */
static void make_guest(void)
{
	enum { CODE32 = 0xc9b, DATA32 = 0xc93 };
	static const uint8_t code[] = { 0x40, 0x0f, 0x01, 0xd9 }; /* inc eax; vmmcall */
	memset(vmcb, 0, sizeof vmcb);
	put_le32(vmcb + VMCB_INTERCEPTS + 4, INTERCEPT_VMRUN | INTERCEPT_VMMCALL);
	put_le32(vmcb + VMCB_ASID, 1);
	put_segment(SAVE_CS, 8, CODE32);
	put_segment(SAVE_SS, 0x10, DATA32);
	put_segment(SAVE_DS, 0x10, DATA32);
	put_segment(SAVE_ES, 0x10, DATA32);
	put(VMCB_SAVE + SAVE_CR0, CR0_PE | CR0_ET);
	put(VMCB_SAVE + SAVE_EFER, EFER_SVME);
	put(VMCB_SAVE + SAVE_DR6, 0xffff0ff0);
	put(VMCB_SAVE + SAVE_DR7, 0x400);
	put(VMCB_SAVE + SAVE_RFLAGS, 2);
	put(VMCB_SAVE + SAVE_RIP, GUEST_AT);
	put(VMCB_SAVE + SAVE_RSP, GUEST_STACK);
	require(mem_write(&mem, GUEST_AT, code, sizeof code));
}

static void make(void)
{
	cpu_spec = NULL;
	make_cpu(false);
	watcher = (struct observer){ .lint = on_lint };
	hub_attach(&hub, &watcher);
	n_refused = 0;
	make_guest();
}

/* The host: 32-bit code that executes VMRUN, then stops. */
static const uint8_t host[] = { 0xb8, 0x00, 0x00, 0x20, 0x00, 0x0f,
				0x01, 0xd8, 0xe6, 0xf4, 0xeb, 0xfe };

static void start_host(void)
{
	struct cpu_regs r;
	require(mem_write(&mem, VMCB_AT, vmcb, sizeof vmcb));
	start_protected(host, sizeof host);
	cpu_get_regs(cpu, &r);
	r.efer = EFER_SVME;
	cpu_set_regs(cpu, &r);
	require(cpu_msr_write(cpu, 0xc0010117, HSAVE_AT));
}

static void run_host(void)
{
	start_host();
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED, "%s", cpu_stop_detail(cpu));
}

Test(svm, a_guest_runs_until_its_intercept, .fini = free_cpu)
{
	struct cpu_regs r;
	make();
	put(VMCB_SAVE + SAVE_RAX, 41);
	run_host();
	check_eq(u64, get(VMCB_EXITCODE), VMEXIT_VMMCALL);
	check_eq(u64, get(VMCB_SAVE + SAVE_RIP), GUEST_AT + 1);
	check_eq(u64, get(VMCB_SAVE + SAVE_RAX), 42);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RAX], VMCB_AT, "the host's");
	check_eq(u64, r.efer, EFER_SVME);
	check_eq(u32, n_refused, 0);
}

Test(svm, a_refused_guest_is_reported_with_the_first_failed_check, .fini = free_cpu)
{
	enum { ALL_BYTES = 8 };
	static const struct {
		unsigned at;
		uint64_t value;
		const char *why;
	} row[] = {
		{ VMCB_INTERCEPTS, 0, "VMRUN is not intercepted" },
		{ VMCB_ASID, 0, "the ASID is 0" },
		{ VMCB_IOPM_BASE, UINT64_C(0xffffffe000),
		  "IOPM_BASE_PA is beyond physical memory" },
		{ VMCB_MSRPM_BASE, UINT64_C(0xfffffff000),
		  "MSRPM_BASE_PA is beyond physical memory" },
		{ VMCB_MSRPM_BASE, UINT64_MAX, "MSRPM_BASE_PA is beyond physical memory" },
		{ VMCB_SAVE + SAVE_EFER, 0, "EFER.SVME is clear" },
		{ VMCB_SAVE + SAVE_EFER, EFER_SVME | 2, "reserved bits of EFER are set" },
		{ VMCB_SAVE + SAVE_CR0, CR0_PE | 1 << 29, "CR0.NW is set, CR0.CD is clear" },
		{ VMCB_SAVE + SAVE_CR0, UINT64_C(1) << 40 | CR0_PE,
		  "bits 32 to 63 of CR0 are set" },
		{ VMCB_SAVE + SAVE_CR0, UINT32_C(1) << 31, "CR0.PG is set, CR0.PE is clear" },
		{ VMCB_SAVE + SAVE_CR3, UINT64_C(1) << 40, "CR3 is beyond physical memory" },
		{ VMCB_SAVE + SAVE_CR4, 1 << 30, "reserved bits of CR4 are set" },
		{ VMCB_SAVE + SAVE_DR6, UINT64_C(1) << 32, "bits 32 to 63 of DR6 are set" },
		{ VMCB_SAVE + SAVE_DR7, UINT64_C(1) << 63, "bits 32 to 63 of DR7 are set" },
		{ VMCB_EVENTINJ, EVENT_VALID | EVENT_EXCEPTION << EVENT_TYPE_SHIFT | 2,
		  "EVENTINJ is an exception that does not exist" },
		{ VMCB_EVENTINJ, EVENT_VALID | 7 << EVENT_TYPE_SHIFT,
		  "EVENTINJ has a reserved type" },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(row); i++) {
		make();
		put(row[i].at, row[i].value);
		run_host();
		check_eq(u64, get(VMCB_EXITCODE), VMEXIT_INVALID, "%s", row[i].why);
		check_eq(u32, n_refused, 1, "%s", row[i].why);
		check_eq(str, reason, row[i].why);
		if (i + 1 < ARRAY_SIZE(row)) free_cpu();
	}
}

/* PAE paging whose PDPTEs have reserved bits. */
Test(svm, a_guest_with_invalid_pdptes_is_refused, .fini = free_cpu)
{
	make();
	require(mem_write64(&mem, TABLES_AT, UINT64_C(1) << 63 | 1));
	put(VMCB_SAVE + SAVE_CR0, CR0_PG | CR0_PE | CR0_ET);
	put(VMCB_SAVE + SAVE_CR4, CR4_PAE);
	put(VMCB_SAVE + SAVE_CR3, TABLES_AT);
	run_host();
	check_eq(u64, get(VMCB_EXITCODE), VMEXIT_INVALID);
	check_eq(str, reason, "page-directory-pointer-table entries have reserved bits set");
}

/* The host's own PDPTEs, in the area of VM_HSAVE_PA that the guest can reach, become invalid. */
Test(svm, invalid_pdptes_of_the_host_end_in_a_shutdown, .fini = free_cpu)
{
	/* mov dword [HSAVE + CR0 + 3], 80h << 24; mov byte [HSAVE + CR4], 20h; vmmcall */
	static const uint8_t code[] = { 0xc6, 0x05, 0x5b, 0x15, 0x20, 0x00, 0x80, 0xc6, 0x05,
					0x48, 0x15, 0x20, 0x00, 0x20, 0x0f, 0x01, 0xd9 };
	make();
	require(mem_write(&mem, GUEST_AT, code, sizeof code));
	require(mem_write64(&mem, 0, UINT64_C(1) << 63 | 1));
	start_host();
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_TRIPLE_FAULT);
	check(strstr(cpu_stop_detail(cpu), "page-directory-pointer-table") != NULL, "%s",
	      cpu_stop_detail(cpu));
}

/* A copy that is made while a guest runs goes on like the original. */
Test(svm, a_guest_is_copied, .fini = free_cpu)
{
	/* 1: inc eax; cmp eax, 1000; jb 1b; vmmcall */
	static const uint8_t code[] = { 0x40, 0x3d, 0xe8, 0x03, 0x00, 0x00,
					0x72, 0xf8, 0x0f, 0x01, 0xd9 };
	make();
	require(mem_write(&mem, GUEST_AT, code, sizeof code));
	start_host();
	require_eq(int, (int)cpu_run(cpu, 500), CPU_STOP_TIME);
	struct cpu *original = cpu;
	struct cpu_config config = { .mem = &mem, .bus = &bus, .clock = &clk, .hub = &hub };
	char error[CPU_ERROR_SIZE];
	config.pins.intr_ack = acknowledge;
	cpu = cpu_new(&config, error, sizeof error);
	require(cpu != NULL, "%s", error);
	cpu_copy_state(cpu, original);
	cpu_free(original);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED, "%s", cpu_stop_detail(cpu));
	check_eq(u64, get(VMCB_EXITCODE), VMEXIT_VMMCALL);
	check_eq(u64, get(VMCB_SAVE + SAVE_RAX), 1000);
}
