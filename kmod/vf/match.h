/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which free VFs serve a request: pure, the same file in the module and in the
 * host's unit tests.
 */
#ifndef _KVMSHARE_VF_MATCH_H
#define _KVMSHARE_VF_MATCH_H

#include "../compat/types.h"

#define VF_MATCH_ANY		0xffffffffU
#define VF_MATCH_MAX_PICKS	64
#define VF_MATCH_MAX_CLASSES	8
#define VF_MATCH_NO_NODE	(-1)

/**
 * struct vf_candidate - one VF of the pool that is free now
 * @bdf: the VF
 * @pf: its PF
 * @group: number of its IOMMU group
 * @group_size: how many devices that group has, of whatever kind
 * @class: PCI class code, 24 bits
 * @vendor: PCI vendor
 * @device: PCI device
 * @node: NUMA node, or VF_MATCH_NO_NODE
 * @distance: from the request's node, 0 nearest; the caller's measure, the
 *            same for equal nodes, and the largest for no node
 *
 * What follows is the matcher's own:
 * @eligible: fits the request and the class under trial
 * @picked: is in the answer
 */
struct vf_candidate {
	u32 bdf;
	u32 pf;
	u32 group;
	u32 group_size;
	u32 class;
	u16 vendor;
	u16 device;
	s32 node;
	u32 distance;
	bool eligible;
	bool picked;
};

/**
 * struct vf_match_class - a PCI class to accept
 * @value: class code
 * @mask: the bits of @value that count
 */
struct vf_match_class {
	u32 value;
	u32 mask;
};

/**
 * struct vf_request - what is asked for
 * @count: how many VFs, 1 to VF_MATCH_MAX_PICKS
 * @nr_classes: entries of @classes; 0 accepts any class
 * @classes: in order of preference
 * @pf: only of this PF, or VF_MATCH_ANY
 * @vf: only this VF, or VF_MATCH_ANY
 * @vendor: or 0 for any
 * @device: or 0 for any
 * @node: only this node where @strict_node
 * @strict_node: @node or nothing
 * @pack: take from as few PFs as can be, rather than from all alike
 */
struct vf_request {
	u32 count;
	u32 nr_classes;
	struct vf_match_class classes[VF_MATCH_MAX_CLASSES];
	u32 pf;
	u32 vf;
	u16 vendor;
	u16 device;
	s32 node;
	bool strict_node;
	bool pack;
};

/**
 * vf_match_pick() - choose VFs for a request
 * @req: the request
 * @cand: the candidates; reordered, and their last two fields overwritten
 * @nr: how many
 * @picks: room for @req->count indices into the reordered @cand
 *
 * All of the request or nothing, from the first class of preference that can
 * serve all of it.  Nearest first; among the equally near, from the PF with
 * the most left (or, to pack, from the fewest PFs, leaving the smallest rest);
 * then the lowest @bdf.  An IOMMU group is taken whole or not at all, and one
 * with a member that is no candidate never; groups of several VFs are used
 * only where single ones do not suffice.
 *
 * Return: true, and @picks holds @req->count distinct indices.
 */
bool vf_match_pick(const struct vf_request *req, struct vf_candidate *cand,
		   u32 nr, u32 *picks);

#endif /* _KVMSHARE_VF_MATCH_H */
