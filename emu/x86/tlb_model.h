/* SPDX-License-Identifier: MIT */
/* A record of the translations that a CPU may have cached (SDM Vol. 3A 4.10): in its TLBs, and in
 * its paging-structure caches, which hold the entries above the leaf. A real CPU forgets when it
 * likes; the record forgets only what the manual says is invalidated, so that whatever a CPU could
 * still use is found. Plain data; it knows no engine and no memory. */
#ifndef EMU_X86_TLB_MODEL_H
#define EMU_X86_TLB_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/x86/cpuid.h"
#include "emu/x86/tlb_hash.h"
#include "emu/x86/walk.h"

/* All zero: empty. */
struct tlb_model {
	struct tlb_hash page;   /* translations, keyed by page, size and address space */
	struct tlb_hash global; /* those that a write of CR3 leaves alone */
	struct tlb_hash upper;  /* entries above the leaf, keyed by the addresses they are for */
	struct tlb_hash table;  /* tables that a walk read, keyed by physical page */
	struct tlb_hash write;  /* writes that took something away, keyed by physical address */
	uint64_t sizes;         /* bit n: a page of 2^n bytes may be recorded */
	uint32_t asid;          /* the address space that is current: 0 is the host's */
	bool mixed;             /* there may be records of several */
};

/* --- translations */

/* A translation as it was cached. */
struct tlb_held {
	uint64_t pa; /* of the byte asked for */
	uint8_t rights;
	uint64_t since_ns;
};

/* Is there a translation for this address? */
bool tlb_find(const struct tlb_model *m, uint64_t linear, struct tlb_held *held);
/* The entry that the paging-structure caches hold for entry number `level` of this walk. */
bool tlb_find_upper(const struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    unsigned level, uint64_t *entry);
/* A stale use of the translation, or of that entry, was reported: its first one. False: it was told
 * before. */
bool tlb_tell(struct tlb_model *m, uint64_t linear);
bool tlb_tell_upper(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    unsigned level);
/* Record what a walk found for this address. */
void tlb_record(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		const struct page_walk *walk, uint64_t now_ns);

/* --- invalidation (SDM Vol. 3A 4.10.4.1) */

/* INVLPG: what is recorded for this address, and all entries above leaves. True: a page larger than
 * 4 KiB was among it, so other addresses are concerned too. */
bool tlb_invalidate_page(struct tlb_model *m, uint64_t linear);
/* A page fault: what would be used for this address. True: as above. */
bool tlb_invalidate_fault(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear);
/* A write of CR3: the current address space, but not its global pages. */
void tlb_invalidate_space(struct tlb_model *m);
/* Everything. */
void tlb_invalidate_all(struct tlb_model *m);
/* A write of CR0, CR3 or CR4. */
struct tlb_cr_write {
	unsigned reg;
	uint64_t old, value;
};
/* Its effect, which differs in CR4.PSE (AMD APM Vol. 2 5.5.3). */
void tlb_control_written(struct tlb_model *m, enum cpu_vendor vendor, struct tlb_cr_write write);
/* INVLPGA and VMRUN: for another address space. */
bool tlb_invalidate_page_of(struct tlb_model *m, uint32_t asid, uint64_t linear);
void tlb_invalidate_space_of(struct tlb_model *m, uint32_t asid, bool globals);

/* --- tables and writes to them */

/* A page that holds tables. */
struct tlb_table {
	uint64_t linear; /* that its first entry is for */
	unsigned shift;  /* each of its entries is for 2^shift bytes */
	unsigned entry_bytes;
	bool many; /* it serves more than one range, or on more than one level */
};

/* The page is read as the table of entry number `level` of a walk. */
void tlb_table_read(struct tlb_model *m, const struct paging_mode *mode, uint64_t linear,
		    const struct page_walk *walk, unsigned level);
/* May a recorded translation still depend on this physical page? If not, it is forgotten. */
bool tlb_table_in_use(struct tlb_model *m, uint64_t pa);
/* False: not a table. */
bool tlb_table_at(const struct tlb_model *m, uint64_t pa, struct tlb_table *table);

/* Does the change of an entry take presence, permission or the address away? */
bool tlb_takes_away(const struct tlb_table *table, uint64_t old, uint64_t now);

enum tlb_writer {
	TLB_WRITER_CODE,  /* an instruction */
	TLB_WRITER_DEVICE /* a bus master, or the firmware */
};
struct tlb_write {
	uint64_t pc, ns;
	enum tlb_writer by;
};
/* Remember who took something away in the entry at `pa`. For TLB_WRITER_DEVICE: in its page. */
void tlb_note_write(struct tlb_model *m, uint64_t pa, const struct tlb_write *write);
/* The last such write to an entry of this walk since `since_ns`, and the entry's number. */
bool tlb_last_write(const struct tlb_model *m, const struct page_walk *walk, uint64_t since_ns,
		    struct tlb_write *write, unsigned *level);

/* --- the whole */

/* Make `to` equal to `from`. False: out of memory, and `to` is empty. */
bool tlb_copy(struct tlb_model *to, const struct tlb_model *from);
/* Free the memory; the record is then empty. */
void tlb_free(struct tlb_model *m);

#endif
