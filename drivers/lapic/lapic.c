/* SPDX-License-Identifier: MIT */
#include "bimetal/lapic.h"

#include <stddef.h>

#include "internal.h"

enum {
	SPURIOUS_ONES = 0x0f, /* bits of the spurious vector that P6 processors hardwire */
	MIN_MAX_LVT = 3,      /* every APIC has timer, LINT0, LINT1 and error */
	PERF_MAX_LVT = 4,
	THERMAL_MAX_LVT = 5,
	CLUSTER_LSB = 4,
	CLUSTER_ALL = 15, /* cluster number of a broadcast */
	BITS = 32
};
#define FLOATING UINT32_MAX
#define ID_FIELD (UINT32_C(0xff) << LAPIC_ID_LSB)

static struct io_rw32 entry_register(enum lapic_entry entry)
{
	return (struct io_rw32){ (uint32_t)entry };
}

/* ---- finding and enabling ---- */

enum lapic_status lapic_identify(struct lapic *lapic)
{
	uint32_t version = lapic_get(lapic, LAPIC_VERSION);
	if (version == FLOATING || version == 0) return LAPIC_ABSENT;
	if ((version & LAPIC_VERSION_FAMILY) != LAPIC_VERSION_INTEGRATED) return LAPIC_VARIANT;
	uint8_t max_lvt = (uint8_t)(version >> LAPIC_MAX_LVT_LSB & LAPIC_MAX_LVT);
	if (max_lvt < MIN_MAX_LVT) return LAPIC_VARIANT;
	lapic->version = (uint8_t)(version & LAPIC_VERSION_NUMBER);
	lapic->max_lvt = max_lvt;
	return LAPIC_OK;
}

enum lapic_status lapic_init(struct lapic *lapic, struct io io, struct wait wait)
{
	struct lapic found = { .io = io, .wait = wait, .state = LAPIC_BY_MEMORY };

	if (!lapic) return LAPIC_NULL;
	if (!lapic_is_page(io)) return LAPIC_BAD_ARG;
	enum lapic_status status = lapic_identify(&found);
	if (status == LAPIC_OK) *lapic = found;
	return status;
}

enum lapic_status lapic_enable(struct lapic *lapic, uint8_t spurious)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (spurious < LAPIC_FIRST_VECTOR) return LAPIC_BAD_ARG;
	if ((spurious & SPURIOUS_ONES) != SPURIOUS_ONES) return LAPIC_BAD_ARG;
	lapic_change(lapic, LAPIC_SVR, LAPIC_SVR_VECTOR, spurious | LAPIC_SVR_ENABLE);
	lapic->spurious = spurious;
	return LAPIC_OK;
}

enum lapic_status lapic_disable(struct lapic *lapic)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	lapic_change(lapic, LAPIC_SVR, LAPIC_SVR_ENABLE, 0);
	lapic->spurious = 0;
	return LAPIC_OK;
}

/* In x2APIC mode an ID takes the whole register. */
static uint32_t id_in(const struct lapic *lapic, uint32_t value)
{
	return lapic->state == LAPIC_BY_MSR ? value : value >> LAPIC_ID_LSB;
}

enum lapic_status lapic_id(const struct lapic *lapic, uint32_t *id)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!id) return LAPIC_NULL;
	*id = id_in(lapic, lapic_get(lapic, LAPIC_ID));
	return LAPIC_OK;
}

enum lapic_status lapic_set_logical(const struct lapic *lapic, uint8_t id, bool clusters)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (lapic->state != LAPIC_BY_MEMORY) return LAPIC_STATE;
	if (clusters && id >> CLUSTER_LSB == CLUSTER_ALL) return LAPIC_BAD_ARG;
	lapic_put(lapic, LAPIC_DFR, clusters ? LAPIC_DFR_CLUSTER : LAPIC_DFR_FLAT);
	lapic_change(lapic, LAPIC_LDR, ID_FIELD, (uint32_t)id << LAPIC_ID_LSB);
	return LAPIC_OK;
}

enum lapic_status lapic_logical(const struct lapic *lapic, uint32_t *id)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!id) return LAPIC_NULL;
	*id = id_in(lapic, lapic_get(lapic, LAPIC_LDR));
	return LAPIC_OK;
}

/* ---- priorities and pending interrupts ---- */

enum lapic_status lapic_set_priority(const struct lapic *lapic, uint8_t priority)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	lapic_put(lapic, LAPIC_TPR, priority);
	return LAPIC_OK;
}

enum lapic_status lapic_priority(const struct lapic *lapic, uint8_t *priority)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!priority) return LAPIC_NULL;
	*priority = (uint8_t)lapic_get(lapic, LAPIC_TPR);
	return LAPIC_OK;
}

enum lapic_status lapic_processor_priority(const struct lapic *lapic, uint8_t *priority)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!priority) return LAPIC_NULL;
	*priority = (uint8_t)lapic_get(lapic, LAPIC_PPR);
	return LAPIC_OK;
}

enum lapic_status lapic_eoi(const struct lapic *lapic)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	lapic_put(lapic, LAPIC_EOI, 0);
	return LAPIC_OK;
}

/* Read bit `vector` of ISR, TMR or IRR: arrays of 256 bits. */
static enum lapic_status bit_of(const struct lapic *lapic, struct io_ro32 array, uint8_t vector,
				bool *yes)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!yes) return LAPIC_NULL;
	uint32_t word = lapic_get(lapic, io_nth(array, vector / BITS, LAPIC_STEP));
	*yes = word >> vector % BITS & 1;
	return LAPIC_OK;
}

enum lapic_status lapic_requested(const struct lapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, LAPIC_IRR, vector, yes);
}

enum lapic_status lapic_in_service(const struct lapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, LAPIC_ISR, vector, yes);
}

enum lapic_status lapic_level_triggered(const struct lapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, LAPIC_TMR, vector, yes);
}

/* A write of ESR makes it show the errors since the previous write. So each read follows a write.
 */
enum lapic_status lapic_errors(const struct lapic *lapic, uint32_t *errors)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	if (!errors) return LAPIC_NULL;
	lapic_put(lapic, LAPIC_ESR, 0);
	*errors = lapic_get(lapic, LAPIC_ESR);
	return LAPIC_OK;
}

/* ---- local vector table ---- */

static bool is_pin(enum lapic_entry entry)
{
	return entry == LAPIC_LVT_LINT0 || entry == LAPIC_LVT_LINT1;
}

static enum lapic_status check_entry(const struct lapic *lapic, enum lapic_entry entry)
{
	enum lapic_status status = lapic_check(lapic);
	if (status) return status;
	switch (entry) {
	case LAPIC_LVT_TIMER:
	case LAPIC_LVT_LINT0:
	case LAPIC_LVT_LINT1:
	case LAPIC_LVT_ERROR: return LAPIC_OK;
	case LAPIC_LVT_PERF: return lapic->max_lvt >= PERF_MAX_LVT ? LAPIC_OK : LAPIC_NO_ENTRY;
	case LAPIC_LVT_THERMAL:
		return lapic->max_lvt >= THERMAL_MAX_LVT ? LAPIC_OK : LAPIC_NO_ENTRY;
	}
	return LAPIC_BAD_ARG;
}

static bool mode_fits(enum lapic_entry entry, enum lapic_mode mode)
{
	switch (mode) {
	case LAPIC_FIXED: return true;
	case LAPIC_SMI:
	case LAPIC_NMI: return entry != LAPIC_LVT_ERROR;
	case LAPIC_INIT:
	case LAPIC_EXTINT: return is_pin(entry);
	case LAPIC_LOWEST:
	case LAPIC_STARTUP: break;
	}
	return false;
}

/* An illegal vector raises an error even if the entry is masked. */
static bool source_fits(const struct lapic *lapic, enum lapic_entry entry,
			const struct lapic_source *source)
{
	if (!mode_fits(entry, source->mode)) return false;
	if (source->active_low && !is_pin(entry)) return false;
	if (source->level && (entry != LAPIC_LVT_LINT0 || source->mode != LAPIC_FIXED))
		return false;
	if (source->mode != LAPIC_FIXED) return source->vector == 0;
	return lapic_vector_fits(lapic, source->vector);
}

enum lapic_status lapic_set_source(const struct lapic *lapic, enum lapic_entry entry,
				   const struct lapic_source *source)
{
	enum lapic_status status = check_entry(lapic, entry);
	if (status) return status;
	if (!source) return LAPIC_NULL;
	if (entry == LAPIC_LVT_TIMER || !source_fits(lapic, entry, source)) return LAPIC_BAD_ARG;
	if (!source->masked && !lapic->spurious) return LAPIC_DISABLED;

	uint32_t value = source->vector | (uint32_t)source->mode << LAPIC_MODE_LSB;
	if (source->active_low) value |= LAPIC_ACTIVE_LOW;
	if (source->level) value |= LAPIC_LEVEL;
	if (source->masked) value |= LAPIC_MASK;
	lapic_put(lapic, entry_register(entry), value);
	return LAPIC_OK;
}

enum lapic_status lapic_mask(const struct lapic *lapic, enum lapic_entry entry, bool masked)
{
	enum { READ_ONLY = LAPIC_DELIVERY_STATUS | LAPIC_REMOTE_IRR };

	enum lapic_status status = check_entry(lapic, entry);
	if (status) return status;
	if (!masked && !lapic->spurious) return LAPIC_DISABLED;
	lapic_change(lapic, entry_register(entry), READ_ONLY | LAPIC_MASK, masked ? LAPIC_MASK : 0);
	return LAPIC_OK;
}
