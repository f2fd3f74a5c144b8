/* SPDX-License-Identifier: MIT */
/* MSI-X (PCI 3.0 6.8.2). */
#include <stddef.h>

#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"
#include "internal.h"

enum { LENGTH = 12, WORD = 32, HALF = 32, PENDING_GROUP = 64, PENDING_BYTES = 8 };

#define PENDING_WORD ((struct io_ro32){ 0 })

static struct io_rw32 of(const struct pci_msix *msix, struct io_rw32 reg, unsigned entry)
{
	reg.at += msix->table_at;
	return io_nth(reg, entry, PCI_MSIX_ENTRY);
}

/* ---- finding it ---- */

enum pci_status pci_msix_init(const struct pci *pci, struct pci_place place, struct pci_msix *msix)
{
	struct pci_capability found;

	if (!msix) return PCI_NULL;
	enum pci_status status = pci_find(pci, place, false, PCI_CAPABILITY_MSIX, &found);
	if (status) return status;
	if (found.at + LENGTH > PCI_SPACE) return PCI_BROKEN;
	uint16_t control = pci_get16(pci, place, found.at + PCI_MSIX_CONTROL);
	uint32_t table = pci_get32(pci, place, found.at + PCI_MSIX_TABLE);
	uint32_t pending = pci_get32(pci, place, found.at + PCI_MSIX_PENDING);

	if ((table & PCI_MSIX_BAR) >= PCI_MAX_BARS) return PCI_BROKEN;
	if ((pending & PCI_MSIX_BAR) >= PCI_MAX_BARS) return PCI_BROKEN;
	*msix = (struct pci_msix){ .pci = pci,
				   .place = place,
				   .at = found.at,
				   .entries = (uint16_t)((control & PCI_MSIX_LAST) + 1),
				   .table_bar = table & PCI_MSIX_BAR,
				   .pending_bar = pending & PCI_MSIX_BAR,
				   .table_at = table & ~(uint32_t)PCI_MSIX_BAR,
				   .pending_at = pending & ~(uint32_t)PCI_MSIX_BAR };
	return PCI_OK;
}

static bool mapping_fits(struct io io)
{
	return io.space == IO_MEMORY && io.stride == 1 && io.base % sizeof(uint64_t) == 0;
}

static bool holds(uint64_t size, uint32_t at, uint32_t bytes)
{
	return at <= size && bytes <= size - at && bytes <= UINT32_MAX - at;
}

enum pci_status pci_msix_map(struct pci_msix *msix, struct io table_bar, uint64_t table_bar_size,
			     struct io pending_bar, uint64_t pending_bar_size)
{
	if (!msix) return PCI_NULL;
	if (!mapping_fits(table_bar) || !mapping_fits(pending_bar)) return PCI_BAD_ARG;
	uint32_t table = (uint32_t)msix->entries * PCI_MSIX_ENTRY;
	uint32_t groups = (msix->entries + (uint32_t)PENDING_GROUP - 1) / PENDING_GROUP;
	if (!holds(table_bar_size, msix->table_at, table)) return PCI_BROKEN;
	if (!holds(pending_bar_size, msix->pending_at, groups * PENDING_BYTES)) return PCI_BROKEN;
	msix->table = table_bar;
	msix->pending = pending_bar;
	msix->mapped = true;
	return PCI_OK;
}

/* ---- as a whole ---- */

static void update_control(const struct pci_msix *msix, unsigned clear, unsigned set)
{
	unsigned at = msix->at + PCI_MSIX_CONTROL;
	unsigned control = pci_get16(msix->pci, msix->place, at);
	pci_put16(msix->pci, msix->place, at, (uint16_t)((control & ~clear) | set));
}

static bool mask_every_entry(const struct pci_msix *msix)
{
	for (unsigned i = 0; i < msix->entries; i++) {
		struct io_rw32 control = of(msix, PCI_MSIX_ENTRY_CONTROL, i);
		if (io_update(msix->table, control, 0, PCI_MSIX_ENTRY_MASK) == UINT32_MAX)
			return false;
	}
	return true;
}

/* MASK_ALL masks the function until every entry, whose state is unknown, has been masked. */
enum pci_status pci_msix_enable(const struct pci_msix *msix)
{
	if (!msix) return PCI_NULL;
	if (!msix->mapped) return PCI_NOT_READY;
	if (!pci_present(msix->pci, msix->place)) return PCI_ABSENT;
	if (!(pci_get16(msix->pci, msix->place, PCI_COMMAND) & PCI_COMMAND_MEMORY))
		return PCI_NOT_READY;

	update_control(msix, 0, PCI_MSIX_ENABLE | PCI_MSIX_MASK_ALL);
	if (!mask_every_entry(msix)) {
		update_control(msix, PCI_MSIX_ENABLE, 0);
		return PCI_NOT_READY;
	}
	update_control(msix, PCI_MSIX_MASK_ALL, 0);
	return PCI_OK;
}

enum pci_status pci_msix_disable(const struct pci_msix *msix)
{
	if (!msix) return PCI_NULL;
	update_control(msix, PCI_MSIX_ENABLE, 0);
	return PCI_OK;
}

/* ---- one entry ---- */

static enum pci_status check(const struct pci_msix *msix, unsigned entry)
{
	if (!msix) return PCI_NULL;
	if (!msix->mapped) return PCI_NOT_READY;
	return entry < msix->entries ? PCI_OK : PCI_BAD_ARG;
}

enum pci_status pci_msix_set(const struct pci_msix *msix, unsigned entry,
			     const struct pci_message *message)
{
	enum pci_status status = check(msix, entry);
	if (status) return status;
	if (!message) return PCI_NULL;
	if (message->address & 3) return PCI_BAD_ARG;
	io_update(msix->table, of(msix, PCI_MSIX_ENTRY_CONTROL, entry), 0, PCI_MSIX_ENTRY_MASK);
	io_write(msix->table, of(msix, PCI_MSIX_ENTRY_ADDRESS, entry), (uint32_t)message->address);
	io_write(msix->table, of(msix, PCI_MSIX_ENTRY_UPPER, entry),
		 (uint32_t)(message->address >> HALF));
	io_write(msix->table, of(msix, PCI_MSIX_ENTRY_DATA, entry), message->data);
	return PCI_OK;
}

enum pci_status pci_msix_mask(const struct pci_msix *msix, unsigned entry, bool masked)
{
	enum pci_status status = check(msix, entry);
	if (status) return status;
	io_update(msix->table, of(msix, PCI_MSIX_ENTRY_CONTROL, entry), PCI_MSIX_ENTRY_MASK,
		  masked ? PCI_MSIX_ENTRY_MASK : 0u);
	return PCI_OK;
}

enum pci_status pci_msix_pending(const struct pci_msix *msix, unsigned entry, bool *yes)
{
	enum pci_status status = check(msix, entry);
	if (status) return status;
	if (!yes) return PCI_NULL;
	struct io_ro32 word = PENDING_WORD;
	word.at += msix->pending_at;
	*yes = io_read(msix->pending, io_nth(word, entry / WORD, sizeof(uint32_t))) >>
		       entry % WORD &
	       1;
	return PCI_OK;
}
