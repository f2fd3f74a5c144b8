/* SPDX-License-Identifier: MIT */
/* Local APIC: destinations (Intel SDM Vol. 3A 10.6.2, 10.12.10) and incoming messages. */
#include <stddef.h>

#include "devices/lapic/internal.h"

#include "devices/lapic/lints.h"

enum { /* models of DFR */
       MODEL_SHIFT = 28,
       MODEL_CLUSTER = 0,
       MODEL_FLAT = 0xf,
       CLUSTER_BROADCAST = 0xf
};

enum {                       /* logical IDs of x2APIC mode */
       X2_CLUSTER_SHIFT = 4, /* of the ID */
       X2_CLUSTER_MEMBER = 0xf,
       X2_LDR_CLUSTER_SHIFT = 16,
       X2_LDR_MEMBERS = 0xffff
};
#define X2_BROADCAST UINT32_C(0xffffffff)

/* ---- destinations ---- */

/* In x2APIC mode both the cluster and the bit in it follow from the APIC ID. */
uint32_t lapic_model_x2_logical_id(const struct lapic_model *l)
{
	return (l->wire.id >> X2_CLUSTER_SHIFT) << X2_LDR_CLUSTER_SHIFT |
	       UINT32_C(1) << (l->wire.id & X2_CLUSTER_MEMBER);
}

static bool x2_logical_match(const struct lapic_model *l, uint32_t destination)
{
	uint32_t ours = lapic_model_x2_logical_id(l);
	if (destination >> X2_LDR_CLUSTER_SHIFT != ours >> X2_LDR_CLUSTER_SHIFT) return false;
	return destination & ours & X2_LDR_MEMBERS;
}

static bool logical_match(const struct lapic_model *l, uint32_t destination)
{
	if (lapic_model_x2apic(l)) return x2_logical_match(l, destination);
	unsigned logical = lapic_model_get(l, LAPIC_MODEL_LDR) >> LAPIC_MODEL_DESTINATION_SHIFT;
	if (lapic_model_get(l, LAPIC_MODEL_DFR) >> MODEL_SHIFT != MODEL_CLUSTER)
		return destination & logical;
	unsigned cluster = destination >> 4;
	if (cluster != CLUSTER_BROADCAST && cluster != logical >> 4) return false;
	return destination & logical & 0xf;
}

bool lapic_model_addresses_us(const struct lapic_model *l, uint32_t destination, bool logical)
{
	if (lapic_model_x2apic(l) && destination == X2_BROADCAST) return true;
	if (logical) return logical_match(l, destination);
	if (lapic_model_x2apic(l)) return destination == l->wire.id;
	return destination == LAPIC_MODEL_BROADCAST ||
	       destination == lapic_model_get(l, LAPIC_MODEL_ID) >> LAPIC_MODEL_DESTINATION_SHIFT;
}

void lapic_model_lint_dfr(const struct lapic_model *l, uint32_t value)
{
	unsigned model_field = value >> MODEL_SHIFT;
	if (model_field == MODEL_CLUSTER || model_field == MODEL_FLAT) return;
	device_lint(&l->dev, &lapic_lints[LAPIC_LINT_MODEL], NULL, value,
		    "the model is neither flat (0xf) nor cluster (0)");
}

/* ---- messages ---- */

static void deliver_message(struct lapic_model *l, const struct apic_message *m)
{
	switch (m->mode) {
	case APIC_FIXED:
	case APIC_LOWEST: lapic_model_accept_fixed(l, m->vector, m->level_triggered); break;
	case APIC_NMI: lapic_model_deliver_nmi(l); break;
	case APIC_INIT: lapic_model_deliver_init(l); break;
	case APIC_EXTINT: l->s.external = true; break;
	case APIC_SMI:
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_MESSAGE_SMI], NULL, m->vector,
			    "there is no system management mode");
		break;
	case APIC_RESERVED_3:
	case APIC_STARTUP: break; /* refused before */
	}
}

bool lapic_model_message(struct lapic_model *lapic, const struct apic_message *message)
{
	enum apic_delivery mode = message->mode;
	/* The broadcast of an 8-bit field. Otherwise no I/O APIC or device could address all
	 * x2APICs. */
	bool everyone = !message->logical && message->destination == LAPIC_MODEL_BROADCAST;
	bool maskable = mode == APIC_FIXED || mode == APIC_LOWEST || mode == APIC_EXTINT;

	if (!lapic_model_enabled(lapic)) return false;
	if (!everyone && !lapic_model_addresses_us(lapic, message->destination, message->logical))
		return false;
	if (mode == APIC_RESERVED_3 || mode == APIC_STARTUP) return false;
	/* Software-disabled, it still takes INIT, NMI and SMI (10.4.7.2). */
	if (maskable && !lapic_model_software_enabled(lapic)) return false;
	if (mode == APIC_LOWEST && everyone)
		device_lint(&lapic->dev, &lapic_lints[LAPIC_LINT_LOWEST_BROADCAST], NULL,
			    message->vector,
			    "lowest priority must not be sent to the physical broadcast ID");
	/* These processors ignore the de-assertion of a level (10.6.1). */
	if (message->level_triggered && !message->assert) return true;
	deliver_message(lapic, message);
	lapic_model_settle(lapic);
	return true;
}
