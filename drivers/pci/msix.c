/* SPDX-License-Identifier: MIT */
/* MSI-X (PCI 3.0 6.8.2). */
#include <stddef.h>

#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"
#include "internal.h"

enum { LENGTH = 12, WORD = 32, HALF = 32, PENDING_GROUP = 64, PENDING_BYTES = 8 };

#define PENDING_WORD ((struct io_ro32){ 0 })

static struct io_rw32 of(const struct pcibus_msix *msix, struct io_rw32 reg, unsigned entry)
{
	reg.at += msix->table_at;
	return io_nth(reg, entry, PCIBUS_MSIX_ENTRY);
}

/* ---- finding it ---- */

enum pcibus_status pcibus_msix_init(const struct pcibus *pci, struct pcibus_place place,
				    struct pcibus_msix *msix)
{
	struct pcibus_capability found;

	if (!msix) return PCIBUS_NULL;
	enum pcibus_status status = pcibus_find(pci, place, false, PCIBUS_CAPABILITY_MSIX, &found);
	if (status) return status;
	if (found.at + LENGTH > PCIBUS_SPACE) return PCIBUS_BROKEN;
	uint16_t control = pcibus_get16(pci, place, found.at + PCIBUS_MSIX_CONTROL);
	uint32_t table = pcibus_get32(pci, place, found.at + PCIBUS_MSIX_TABLE);
	uint32_t pending = pcibus_get32(pci, place, found.at + PCIBUS_MSIX_PENDING);

	if ((table & PCIBUS_MSIX_BAR) >= PCIBUS_MAX_BARS) return PCIBUS_BROKEN;
	if ((pending & PCIBUS_MSIX_BAR) >= PCIBUS_MAX_BARS) return PCIBUS_BROKEN;
	*msix = (struct pcibus_msix){ .pci = pci,
				      .place = place,
				      .at = found.at,
				      .entries = (uint16_t)((control & PCIBUS_MSIX_LAST) + 1),
				      .table_bar = table & PCIBUS_MSIX_BAR,
				      .pending_bar = pending & PCIBUS_MSIX_BAR,
				      .table_at = table & ~(uint32_t)PCIBUS_MSIX_BAR,
				      .pending_at = pending & ~(uint32_t)PCIBUS_MSIX_BAR };
	return PCIBUS_OK;
}

static bool mapping_fits(struct io io)
{
	return io.space == IO_MEMORY && io.stride == 1 && io.base % sizeof(uint64_t) == 0;
}

static bool holds(uint64_t size, uint32_t at, uint32_t bytes)
{
	return at <= size && bytes <= size - at && bytes <= UINT32_MAX - at;
}

enum pcibus_status pcibus_msix_map(struct pcibus_msix *msix, struct io table_bar,
				   uint64_t table_bar_size, struct io pending_bar,
				   uint64_t pending_bar_size)
{
	if (!msix) return PCIBUS_NULL;
	if (!mapping_fits(table_bar) || !mapping_fits(pending_bar)) return PCIBUS_BAD_ARG;
	uint32_t table = (uint32_t)msix->entries * PCIBUS_MSIX_ENTRY;
	uint32_t groups = (msix->entries + (uint32_t)PENDING_GROUP - 1) / PENDING_GROUP;
	if (!holds(table_bar_size, msix->table_at, table)) return PCIBUS_BROKEN;
	if (!holds(pending_bar_size, msix->pending_at, groups * PENDING_BYTES))
		return PCIBUS_BROKEN;
	msix->table = table_bar;
	msix->pending = pending_bar;
	msix->mapped = true;
	return PCIBUS_OK;
}

/* ---- as a whole ---- */

static void update_control(const struct pcibus_msix *msix, unsigned clear, unsigned set)
{
	unsigned at = msix->at + PCIBUS_MSIX_CONTROL;
	unsigned control = pcibus_get16(msix->pci, msix->place, at);
	pcibus_put16(msix->pci, msix->place, at, (uint16_t)((control & ~clear) | set));
}

static bool mask_every_entry(const struct pcibus_msix *msix)
{
	for (unsigned i = 0; i < msix->entries; i++) {
		struct io_rw32 control = of(msix, PCIBUS_MSIX_ENTRY_CONTROL, i);
		if (io_update(msix->table, control, 0, PCIBUS_MSIX_ENTRY_MASK) == UINT32_MAX)
			return false;
	}
	return true;
}

/* The function masks all while the entries, of which nothing is known, become masked. */
enum pcibus_status pcibus_msix_enable(const struct pcibus_msix *msix)
{
	if (!msix) return PCIBUS_NULL;
	if (!msix->mapped) return PCIBUS_NOT_READY;
	if (!pcibus_present(msix->pci, msix->place)) return PCIBUS_ABSENT;
	if (!(pcibus_get16(msix->pci, msix->place, PCIBUS_COMMAND) & PCIBUS_COMMAND_MEMORY))
		return PCIBUS_NOT_READY;

	update_control(msix, 0, PCIBUS_MSIX_ENABLE | PCIBUS_MSIX_MASK_ALL);
	if (!mask_every_entry(msix)) {
		update_control(msix, PCIBUS_MSIX_ENABLE, 0);
		return PCIBUS_NOT_READY;
	}
	update_control(msix, PCIBUS_MSIX_MASK_ALL, 0);
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msix_disable(const struct pcibus_msix *msix)
{
	if (!msix) return PCIBUS_NULL;
	update_control(msix, PCIBUS_MSIX_ENABLE, 0);
	return PCIBUS_OK;
}

/* ---- one entry ---- */

static enum pcibus_status check(const struct pcibus_msix *msix, unsigned entry)
{
	if (!msix) return PCIBUS_NULL;
	if (!msix->mapped) return PCIBUS_NOT_READY;
	return entry < msix->entries ? PCIBUS_OK : PCIBUS_BAD_ARG;
}

enum pcibus_status pcibus_msix_set(const struct pcibus_msix *msix, unsigned entry,
				   const struct pcibus_message *message)
{
	enum pcibus_status status = check(msix, entry);
	if (status) return status;
	if (!message) return PCIBUS_NULL;
	if (message->address & 3) return PCIBUS_BAD_ARG;
	io_update(msix->table, of(msix, PCIBUS_MSIX_ENTRY_CONTROL, entry), 0,
		  PCIBUS_MSIX_ENTRY_MASK);
	io_write(msix->table, of(msix, PCIBUS_MSIX_ENTRY_ADDRESS, entry),
		 (uint32_t)message->address);
	io_write(msix->table, of(msix, PCIBUS_MSIX_ENTRY_UPPER, entry),
		 (uint32_t)(message->address >> HALF));
	io_write(msix->table, of(msix, PCIBUS_MSIX_ENTRY_DATA, entry), message->data);
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msix_mask(const struct pcibus_msix *msix, unsigned entry, bool masked)
{
	enum pcibus_status status = check(msix, entry);
	if (status) return status;
	io_update(msix->table, of(msix, PCIBUS_MSIX_ENTRY_CONTROL, entry), PCIBUS_MSIX_ENTRY_MASK,
		  masked ? PCIBUS_MSIX_ENTRY_MASK : 0u);
	return PCIBUS_OK;
}

enum pcibus_status pcibus_msix_pending(const struct pcibus_msix *msix, unsigned entry, bool *yes)
{
	enum pcibus_status status = check(msix, entry);
	if (status) return status;
	if (!yes) return PCIBUS_NULL;
	struct io_ro32 word = PENDING_WORD;
	word.at += msix->pending_at;
	*yes = io_read(msix->pending, io_nth(word, entry / WORD, sizeof(uint32_t))) >>
		       entry % WORD &
	       1;
	return PCIBUS_OK;
}
