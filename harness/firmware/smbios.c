/* SPDX-License-Identifier: MIT */
/* Sections are those of DMTF DSP0134, 2.8 (unread). Offsets, lengths and enumerations are those of
 * its tables as iSMBIOS (github.com/iAJTin/iSMBIOS) transcribes them; the entry point's are those
 * of Intel's S7000FC4UR Technical Product Specification, table 72, and of RBIL's table M0112. */
#include "harness/firmware/smbios.h"

#include "harness/firmware/table_bytes.h"

enum structure { /* 7 */
		 TYPE_BIOS = 0,
		 TYPE_SYSTEM = 1,
		 TYPE_BASEBOARD = 2,
		 TYPE_CHASSIS = 3,
		 TYPE_PROCESSOR = 4,
		 TYPE_MEMORY_ARRAY = 16,
		 TYPE_MEMORY_DEVICE = 17,
		 TYPE_MEMORY_MAPPED = 19,
		 TYPE_BOOT = 32,
		 TYPE_END = 127
};

enum { /* lengths of the formatted parts, of version 2.8 */
       BIOS_LENGTH = 0x18,
       SYSTEM_LENGTH = 0x1b,
       BASEBOARD_LENGTH = 0x0f,
       CHASSIS_LENGTH = 0x16,
       PROCESSOR_LENGTH = 0x2a,
       MEMORY_ARRAY_LENGTH = 0x17,
       MEMORY_DEVICE_LENGTH = 0x28,
       MEMORY_MAPPED_LENGTH = 0x1f,
       BOOT_LENGTH = 0x0b,
       END_LENGTH = 0x04
};

enum { /* values of enumerations and bit fields */
       NO_STRING = 0,
       NO_HANDLE = 0xffff,
       NO_ERROR_INFORMATION = 0xfffe,
       STATE_SAFE = 3,
       SECURITY_NONE = 3,
       WAKE_BY_POWER_SWITCH = 6,
       HOSTING_BOARD = 1,
       BOARD_MOTHERBOARD = 10,
       CHASSIS_DESKTOP = 3,
       CENTRAL_PROCESSOR = 3,
       FAMILY_UNKNOWN = 2,
       POPULATED_ENABLED = 0x41,
       UPGRADE_NONE = 6,
       CAPABLE_OF_64_BITS = 1 << 2,
       ON_SYSTEM_BOARD = 3,
       SYSTEM_MEMORY = 3,
       NO_ERROR_CORRECTION = 3,
       FORM_DIMM = 9,
       MEMORY_RAM = 7,
       DETAIL_OTHER = 1 << 1
};

enum { /* 7.1.1: what the BIOS has */
       BIOS_ISA = 1 << 4,
       BIOS_PCI = 1 << 7,
       BIOS_EDD = 1 << 19,
       BIOS_8042 = 1 << 27,
       BIOS_SERIAL = 1 << 28,
       BIOS_VIDEO = 1 << 30,
       BIOS_EXTENSION_ACPI = 1 << 0,
       BIOS_EXTENSION_VIRTUAL_MACHINE = 1 << 4
};

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

struct builder {
	struct table_bytes t;
	size_t structure; /* offset of the structure under construction */
	size_t longest;
	unsigned n; /* structures */
};

/* The handle consists of the type and a number within the type. */
static unsigned handle_of(enum structure type) { return (unsigned)type << 8; }

static void begin(struct builder *b, enum structure type, unsigned length, unsigned which)
{
	b->structure = b->t.n;
	table_add8(&b->t, type);
	table_add8(&b->t, length);
	table_add16(&b->t, handle_of(type) + which);
}

/* Add the strings of a structure, numbered from 1, each with its NUL, and a NUL at the end.
 * `strings` is "one\0two\0", or "" for none, which adds two NULs. */
static void end(struct builder *b, const char *strings)
{
	size_t length;

	if (!*strings) table_add8(&b->t, 0);
	for (; *strings; strings += strlen(strings) + 1)
		table_add(&b->t, strings, strlen(strings) + 1);
	table_add8(&b->t, 0);
	length = b->t.n - b->structure;
	if (length > b->longest) b->longest = length;
	b->n++;
}

static void bios(struct builder *b)
{
	enum { SEGMENT = 0xf000, ROM_64K = 0, NONE = 0xff };

	begin(b, TYPE_BIOS, BIOS_LENGTH, 0);
	table_add8(&b->t, 1); /* vendor, version */
	table_add8(&b->t, 2);
	table_add16(&b->t, SEGMENT);
	table_add8(&b->t, 3); /* date */
	table_add8(&b->t, ROM_64K);
	table_add64(&b->t, BIOS_ISA | BIOS_PCI | BIOS_EDD | BIOS_8042 | BIOS_SERIAL | BIOS_VIDEO);
	table_add8(&b->t, BIOS_EXTENSION_ACPI);
	table_add8(&b->t, BIOS_EXTENSION_VIRTUAL_MACHINE);
	table_add16(&b->t, 0x0100); /* release 0.1 */
	table_add8(&b->t, NONE);    /* no embedded controller */
	table_add8(&b->t, NONE);
	end(b, "bimetal\0"
	       "0.1\0"
	       "11/21/2026\0");
}

static void machine(struct builder *b)
{
	begin(b, TYPE_SYSTEM, SYSTEM_LENGTH, 0);
	table_add8(&b->t, 1);
	table_add8(&b->t, 2);
	table_add16(&b->t, NO_STRING); /* version, serial number */
	table_add64(&b->t, 0);         /* UUID: none */
	table_add64(&b->t, 0);
	table_add8(&b->t, WAKE_BY_POWER_SWITCH);
	table_add16(&b->t, NO_STRING); /* SKU, family */
	end(b, "bimetal\0pc\0");

	begin(b, TYPE_BASEBOARD, BASEBOARD_LENGTH, 0);
	table_add8(&b->t, 1);
	table_add8(&b->t, 2);
	table_add_le(&b->t, NO_STRING, 3); /* version, serial number, asset tag */
	table_add8(&b->t, HOSTING_BOARD);
	table_add8(&b->t, NO_STRING); /* where it is */
	table_add16(&b->t, handle_of(TYPE_CHASSIS));
	table_add8(&b->t, BOARD_MOTHERBOARD);
	table_add8(&b->t, 0); /* objects in it */
	end(b, "bimetal\0Q35\0");

	begin(b, TYPE_CHASSIS, CHASSIS_LENGTH, 0);
	table_add8(&b->t, 1);
	table_add8(&b->t, CHASSIS_DESKTOP);
	table_add_le(&b->t, NO_STRING, 3); /* version, serial number, asset tag */
	table_add8(&b->t, STATE_SAFE);     /* at boot; power; temperature */
	table_add8(&b->t, STATE_SAFE);
	table_add8(&b->t, STATE_SAFE);
	table_add8(&b->t, SECURITY_NONE);
	table_add32(&b->t, 0);
	table_add8(&b->t, 0);  /* height */
	table_add8(&b->t, 1);  /* power cords */
	table_add16(&b->t, 0); /* elements in it, and their size */
	table_add8(&b->t, NO_STRING);
	end(b, "bimetal\0");
}

static void processor(struct builder *b, const struct smbios_config *c)
{
	begin(b, TYPE_PROCESSOR, PROCESSOR_LENGTH, 0);
	table_add8(&b->t, 1);
	table_add8(&b->t, CENTRAL_PROCESSOR);
	table_add8(&b->t, FAMILY_UNKNOWN);
	table_add8(&b->t, NO_STRING); /* manufacturer */
	table_add32(&b->t, c->cpu_signature);
	table_add32(&b->t, c->cpu_features);
	table_add8(&b->t, NO_STRING); /* version */
	table_add8(&b->t, 0);         /* voltage and external clock: unknown */
	table_add16(&b->t, 0);
	table_add16(&b->t, c->cpu_mhz); /* at most, now */
	table_add16(&b->t, c->cpu_mhz);
	table_add8(&b->t, POPULATED_ENABLED);
	table_add8(&b->t, UPGRADE_NONE);
	table_add16(&b->t, NO_HANDLE); /* caches */
	table_add16(&b->t, NO_HANDLE);
	table_add16(&b->t, NO_HANDLE);
	table_add_le(&b->t, NO_STRING, 3); /* serial number, asset tag, part number */
	table_add8(&b->t, 1);              /* cores, enabled, threads */
	table_add8(&b->t, 1);
	table_add8(&b->t, 1);
	table_add16(&b->t, CAPABLE_OF_64_BITS);
	table_add16(&b->t, FAMILY_UNKNOWN);
	end(b, "CPU 0\0");
}

static void memory_array(struct builder *b, uint64_t size)
{
	enum { EXTENDED = 0x7fffffff };
	uint64_t kib = size / KIB;
	bool fits = kib <= EXTENDED;

	begin(b, TYPE_MEMORY_ARRAY, MEMORY_ARRAY_LENGTH, 0);
	table_add8(&b->t, ON_SYSTEM_BOARD);
	table_add8(&b->t, SYSTEM_MEMORY);
	table_add8(&b->t, NO_ERROR_CORRECTION);
	table_add32(&b->t, fits ? kib : EXTENDED + UINT64_C(1));
	table_add16(&b->t, NO_ERROR_INFORMATION);
	table_add16(&b->t, 1); /* devices */
	table_add64(&b->t, fits ? 0 : size);
	end(b, "");
}

static void memory_device(struct builder *b, uint64_t size)
{
	enum { BITS = 64, EXTENDED = 0x7fff };
	uint64_t mib = size / MIB;
	bool fits = mib < EXTENDED;

	begin(b, TYPE_MEMORY_DEVICE, MEMORY_DEVICE_LENGTH, 0);
	table_add16(&b->t, handle_of(TYPE_MEMORY_ARRAY));
	table_add16(&b->t, NO_ERROR_INFORMATION);
	table_add16(&b->t, BITS); /* in all, of data */
	table_add16(&b->t, BITS);
	table_add16(&b->t, fits ? mib : EXTENDED);
	table_add8(&b->t, FORM_DIMM);
	table_add8(&b->t, 0); /* of no set */
	table_add8(&b->t, 1); /* locator */
	table_add8(&b->t, NO_STRING);
	table_add8(&b->t, MEMORY_RAM);
	table_add16(&b->t, DETAIL_OTHER);
	table_add16(&b->t, 0);         /* speed: unknown */
	table_add32(&b->t, NO_STRING); /* manufacturer, serial number, asset tag, part number */
	table_add8(&b->t, 0);          /* rank: unknown */
	table_add32(&b->t, fits ? 0 : mib);
	table_add16(&b->t, 0); /* clock and voltages: unknown */
	table_add_le(&b->t, 0, 6);
	end(b, "DIMM 0\0");
}

/* One range of the array's memory; addresses are in KiB. */
static void memory_mapped(struct builder *b, unsigned which, uint64_t base, uint64_t size)
{
	uint64_t first = base / KIB, last = (base + size) / KIB - 1;
	bool fits = last < UINT32_MAX;

	begin(b, TYPE_MEMORY_MAPPED, MEMORY_MAPPED_LENGTH, which);
	table_add32(&b->t, fits ? first : UINT32_MAX);
	table_add32(&b->t, fits ? last : UINT32_MAX);
	table_add16(&b->t, handle_of(TYPE_MEMORY_ARRAY));
	table_add8(&b->t, 1); /* one device forms a row */
	table_add64(&b->t, fits ? 0 : base);
	table_add64(&b->t, fits ? 0 : base + size - 1);
	end(b, "");
}

static void memory(struct builder *b, const struct mem *mem)
{
	uint64_t above = mem->ram_size - mem->ram_below_hole;

	memory_array(b, mem->ram_size);
	memory_device(b, mem->ram_size);
	memory_mapped(b, 0, 0, mem->ram_below_hole);
	if (above) memory_mapped(b, 1, 4 * GIB, above);
}

static void structures(struct builder *b, const struct smbios_config *c, const struct mem *mem)
{
	bios(b);
	machine(b);
	processor(b, c);
	memory(b, mem);
	begin(b, TYPE_BOOT, BOOT_LENGTH, 0);
	table_add_le(&b->t, 0, 7); /* reserved; no error at boot */
	end(b, "");
	begin(b, TYPE_END, END_LENGTH, 0);
	end(b, "");
}

/* 5.2.1 */
static bool lay_entry(const struct smbios_config *c, const struct builder *b, struct mem *mem)
{
	enum { CHECKSUM = 4, DMI = 16, DMI_CHECKSUM = 21, MAJOR = 2, MINOR = 8, BCD = 0x28 };
	uint8_t bytes[SMBIOS_ENTRY_SIZE];
	struct table_bytes t = { .bytes = bytes, .size = sizeof(bytes) };

	table_add(&t, "_SM_", 4);
	table_add8(&t, 0); /* checksum */
	table_add8(&t, SMBIOS_ENTRY_SIZE);
	table_add8(&t, MAJOR);
	table_add8(&t, MINOR);
	table_add16(&t, b->longest);
	table_add_le(&t, 0, 6); /* entry point revision, formatted area */
	table_add(&t, "_DMI_", 5);
	table_add8(&t, 0); /* checksum of what follows _DMI_ and it */
	table_add16(&t, b->t.n);
	table_add32(&t, c->table);
	table_add16(&t, b->n);
	table_add8(&t, BCD);
	table_checksum(&t, DMI, SMBIOS_ENTRY_SIZE - DMI, DMI_CHECKSUM);
	table_checksum(&t, 0, SMBIOS_ENTRY_SIZE, CHECKSUM);
	return mem_load(mem, c->entry, bytes, sizeof(bytes));
}

bool smbios_lay(const struct smbios_config *config, struct mem *mem)
{
	uint8_t bytes[SMBIOS_TABLE_MAX];
	struct builder b = { .t = { .bytes = bytes, .size = sizeof(bytes) } };

	if (config->entry % SMBIOS_ENTRY_ALIGN) return false;
	structures(&b, config, mem);
	return !b.t.full && mem_load(mem, config->table, bytes, b.t.n) &&
	       lay_entry(config, &b, mem);
}
