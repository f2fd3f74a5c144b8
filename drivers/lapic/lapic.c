/* SPDX-License-Identifier: MIT */
#include "bimetal/lapic.h"

#include <stddef.h>

#include "internal.h"

enum {
	SPURIOUS_ONES = 0x0f, /* bits of the spurious vector that are fixed in P6 processors */
	MIN_MAX_LVT = 3,      /* timer, LINT0, LINT1 and error are in all of them */
	PERF_MAX_LVT = 4,
	THERMAL_MAX_LVT = 5,
	CLUSTER_LSB = 4,
	CLUSTER_ALL = 15, /* the broadcast */
	BITS = 32
};
#define FLOATING UINT32_MAX
#define ID_FIELD (UINT32_C(0xff) << XAPIC_ID_LSB)

static struct io_rw32 entry_register(enum xapic_entry entry)
{
	return (struct io_rw32){ (uint32_t)entry };
}

/* ---- finding and enabling ---- */

enum xapic_status xapic_identify(struct xapic *lapic)
{
	uint32_t version = xapic_get(lapic, XAPIC_VERSION);
	if (version == FLOATING || version == 0) return XAPIC_ABSENT;
	if ((version & XAPIC_VERSION_FAMILY) != XAPIC_VERSION_INTEGRATED) return XAPIC_VARIANT;
	uint8_t max_lvt = (uint8_t)(version >> XAPIC_MAX_LVT_LSB & XAPIC_MAX_LVT);
	if (max_lvt < MIN_MAX_LVT) return XAPIC_VARIANT;
	lapic->version = (uint8_t)(version & XAPIC_VERSION_NUMBER);
	lapic->max_lvt = max_lvt;
	return XAPIC_OK;
}

enum xapic_status xapic_init(struct xapic *lapic, struct io io, struct wait wait)
{
	struct xapic found = { .io = io, .wait = wait, .state = XAPIC_BY_MEMORY };

	if (!lapic) return XAPIC_NULL;
	if (!xapic_is_page(io)) return XAPIC_BAD_ARG;
	enum xapic_status status = xapic_identify(&found);
	if (status == XAPIC_OK) *lapic = found;
	return status;
}

enum xapic_status xapic_enable(struct xapic *lapic, uint8_t spurious)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (spurious < XAPIC_FIRST_VECTOR) return XAPIC_BAD_ARG;
	if ((spurious & SPURIOUS_ONES) != SPURIOUS_ONES) return XAPIC_BAD_ARG;
	xapic_change(lapic, XAPIC_SVR, XAPIC_SVR_VECTOR, spurious | XAPIC_SVR_ENABLE);
	lapic->spurious = spurious;
	return XAPIC_OK;
}

enum xapic_status xapic_disable(struct xapic *lapic)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	xapic_change(lapic, XAPIC_SVR, XAPIC_SVR_ENABLE, 0);
	lapic->spurious = 0;
	return XAPIC_OK;
}

/* In x2APIC mode IDs fill their registers. */
static uint32_t id_in(const struct xapic *lapic, uint32_t value)
{
	return lapic->state == XAPIC_BY_MSR ? value : value >> XAPIC_ID_LSB;
}

enum xapic_status xapic_id(const struct xapic *lapic, uint32_t *id)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!id) return XAPIC_NULL;
	*id = id_in(lapic, xapic_get(lapic, XAPIC_ID));
	return XAPIC_OK;
}

enum xapic_status xapic_set_logical(const struct xapic *lapic, uint8_t id, bool clusters)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (lapic->state != XAPIC_BY_MEMORY) return XAPIC_STATE;
	if (clusters && id >> CLUSTER_LSB == CLUSTER_ALL) return XAPIC_BAD_ARG;
	xapic_put(lapic, XAPIC_DFR, clusters ? XAPIC_DFR_CLUSTER : XAPIC_DFR_FLAT);
	xapic_change(lapic, XAPIC_LDR, ID_FIELD, (uint32_t)id << XAPIC_ID_LSB);
	return XAPIC_OK;
}

enum xapic_status xapic_logical(const struct xapic *lapic, uint32_t *id)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!id) return XAPIC_NULL;
	*id = id_in(lapic, xapic_get(lapic, XAPIC_LDR));
	return XAPIC_OK;
}

/* ---- priorities, and what is pending ---- */

enum xapic_status xapic_set_priority(const struct xapic *lapic, uint8_t priority)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	xapic_put(lapic, XAPIC_TPR, priority);
	return XAPIC_OK;
}

enum xapic_status xapic_priority(const struct xapic *lapic, uint8_t *priority)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!priority) return XAPIC_NULL;
	*priority = (uint8_t)xapic_get(lapic, XAPIC_TPR);
	return XAPIC_OK;
}

enum xapic_status xapic_processor_priority(const struct xapic *lapic, uint8_t *priority)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!priority) return XAPIC_NULL;
	*priority = (uint8_t)xapic_get(lapic, XAPIC_PPR);
	return XAPIC_OK;
}

enum xapic_status xapic_eoi(const struct xapic *lapic)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	xapic_put(lapic, XAPIC_EOI, 0);
	return XAPIC_OK;
}

/* Bit `vector` of one of the three arrays of 256 bits. */
static enum xapic_status bit_of(const struct xapic *lapic, struct io_ro32 array, uint8_t vector,
				bool *yes)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!yes) return XAPIC_NULL;
	uint32_t word = xapic_get(lapic, io_nth(array, vector / BITS, XAPIC_STEP));
	*yes = word >> vector % BITS & 1;
	return XAPIC_OK;
}

enum xapic_status xapic_requested(const struct xapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, XAPIC_IRR, vector, yes);
}

enum xapic_status xapic_in_service(const struct xapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, XAPIC_ISR, vector, yes);
}

enum xapic_status xapic_level_triggered(const struct xapic *lapic, uint8_t vector, bool *yes)
{
	return bit_of(lapic, XAPIC_TMR, vector, yes);
}

/* ESR shows what was found since the write before the last: a write comes before each read. */
enum xapic_status xapic_errors(const struct xapic *lapic, uint32_t *errors)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	if (!errors) return XAPIC_NULL;
	xapic_put(lapic, XAPIC_ESR, 0);
	*errors = xapic_get(lapic, XAPIC_ESR);
	return XAPIC_OK;
}

/* ---- local vector table ---- */

static bool is_pin(enum xapic_entry entry)
{
	return entry == XAPIC_LVT_LINT0 || entry == XAPIC_LVT_LINT1;
}

static enum xapic_status check_entry(const struct xapic *lapic, enum xapic_entry entry)
{
	enum xapic_status status = xapic_check(lapic);
	if (status) return status;
	switch (entry) {
	case XAPIC_LVT_TIMER:
	case XAPIC_LVT_LINT0:
	case XAPIC_LVT_LINT1:
	case XAPIC_LVT_ERROR: return XAPIC_OK;
	case XAPIC_LVT_PERF: return lapic->max_lvt >= PERF_MAX_LVT ? XAPIC_OK : XAPIC_NO_ENTRY;
	case XAPIC_LVT_THERMAL:
		return lapic->max_lvt >= THERMAL_MAX_LVT ? XAPIC_OK : XAPIC_NO_ENTRY;
	}
	return XAPIC_BAD_ARG;
}

static bool mode_fits(enum xapic_entry entry, enum xapic_mode mode)
{
	switch (mode) {
	case XAPIC_FIXED: return true;
	case XAPIC_SMI:
	case XAPIC_NMI: return entry != XAPIC_LVT_ERROR;
	case XAPIC_INIT:
	case XAPIC_EXTINT: return is_pin(entry);
	case XAPIC_LOWEST:
	case XAPIC_STARTUP: break;
	}
	return false;
}

/* An illegal vector is an error even where the entry is masked. */
static bool source_fits(const struct xapic *lapic, enum xapic_entry entry,
			const struct xapic_source *source)
{
	if (!mode_fits(entry, source->mode)) return false;
	if (source->active_low && !is_pin(entry)) return false;
	if (source->level && (entry != XAPIC_LVT_LINT0 || source->mode != XAPIC_FIXED))
		return false;
	if (source->mode != XAPIC_FIXED) return source->vector == 0;
	return xapic_vector_fits(lapic, source->vector);
}

enum xapic_status xapic_set_source(const struct xapic *lapic, enum xapic_entry entry,
				   const struct xapic_source *source)
{
	enum xapic_status status = check_entry(lapic, entry);
	if (status) return status;
	if (!source) return XAPIC_NULL;
	if (entry == XAPIC_LVT_TIMER || !source_fits(lapic, entry, source)) return XAPIC_BAD_ARG;
	if (!source->masked && !lapic->spurious) return XAPIC_DISABLED;

	uint32_t value = source->vector | (uint32_t)source->mode << XAPIC_MODE_LSB;
	if (source->active_low) value |= XAPIC_ACTIVE_LOW;
	if (source->level) value |= XAPIC_LEVEL;
	if (source->masked) value |= XAPIC_MASK;
	xapic_put(lapic, entry_register(entry), value);
	return XAPIC_OK;
}

enum xapic_status xapic_mask(const struct xapic *lapic, enum xapic_entry entry, bool masked)
{
	enum { READ_ONLY = XAPIC_DELIVERY_STATUS | XAPIC_REMOTE_IRR };

	enum xapic_status status = check_entry(lapic, entry);
	if (status) return status;
	if (!masked && !lapic->spurious) return XAPIC_DISABLED;
	xapic_change(lapic, entry_register(entry), READ_ONLY | XAPIC_MASK, masked ? XAPIC_MASK : 0);
	return XAPIC_OK;
}
