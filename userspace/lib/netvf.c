// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "msg.h"
#include "netvf.h"
#include "pci.h"

/**
 * struct net_pf - a PF that is being talked to
 * @sock: to the kernel
 * @ifindex: its netdev
 * @vf: the VF's number
 * @error: NETVF_ERROR_LEN
 */
struct net_pf {
	struct nl_sock *sock;
	int ifindex;
	uint32_t vf;
	char *error;
};

/* The kernel's errno for what libnl made of it. */
static int from_nl(int err)
{
	switch (-err) {
	case NLE_SUCCESS:
		return 0;
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case NLE_INVAL:
	case NLE_RANGE:
		return -EINVAL;
	case NLE_BUSY:
		return -EBUSY;
	case NLE_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

static int open_pf(struct net_pf *pf, uint32_t bdf, uint32_t index, char *error)
{
	char name[PCI_NAME_LEN];
	uint32_t ifindex;
	int err;

	pf->error = error;
	pf->vf = index;
	if (pci_child("", bdf, "net", name, sizeof(name)) ||
	    pci_read_id("", bdf, fmt("net/%s/ifindex", name), &ifindex)) {
		snprintf(error, NETVF_ERROR_LEN,
			 "the PF has no network interface: its driver must be loaded");
		return -ENODEV;
	}
	pf->ifindex = (int)ifindex;
	pf->sock = nl_socket_alloc();
	err = !pf->sock ? -NLE_NOMEM : nl_connect(pf->sock, NETLINK_ROUTE);
	if (!err)	/* a PF with many VFs has much to say */
		nl_socket_enable_msg_peek(pf->sock);
	/*
	 * A question asks for no acknowledgement beside its answer: one that is
	 * left unread would be taken for that of the next change.
	 */
	if (!err)
		nl_socket_disable_auto_ack(pf->sock);
	if (err) {
		snprintf(error, NETVF_ERROR_LEN, "no netlink socket: %s", nl_geterror(err));
		nl_socket_free(pf->sock);
	}
	return from_nl(err);
}

static void close_pf(struct net_pf *pf)
{
	nl_socket_free(pf->sock);
}

static struct nl_msg *new_message(const struct net_pf *pf, int type, int flags)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = pf->ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* Send a message, drop it, and receive what belongs to it; of libnl's errors. */
static int exchange(struct net_pf *pf, struct nl_msg *msg, int (*receive)(struct nl_sock *sock))
{
	int err = nl_send_auto(pf->sock, msg);

	nlmsg_free(msg);
	return err < 0 ? err : receive(pf->sock);
}

/* One attribute a message, so that a failure has a name. */
static int send_attribute(struct net_pf *pf, int type, const void *data, int len)
{
	struct nl_msg *msg = new_message(pf, RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
	struct nlattr *list, *vf;

	if (!msg)
		return -NLE_NOMEM;
	list = nla_nest_start(msg, IFLA_VFINFO_LIST);
	vf = list ? nla_nest_start(msg, IFLA_VF_INFO) : NULL;
	if (!vf || nla_put(msg, type, len, data)) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	nla_nest_end(msg, vf);
	nla_nest_end(msg, list);
	return exchange(pf, msg, nl_wait_for_ack);
}

static int put(struct net_pf *pf, int type, const void *data, int len, const char *what)
{
	int err = send_attribute(pf, type, data, len);

	if (err)
		snprintf(pf->error, NETVF_ERROR_LEN, "the PF's driver does not set %s: %s",
			 what, nl_geterror(err));
	return from_nl(err);
}

static int put_mac(struct net_pf *pf, const uint8_t mac[6])
{
	struct ifla_vf_mac arg = { .vf = pf->vf };

	memcpy(arg.mac, mac, 6);
	return put(pf, IFLA_VF_MAC, &arg, sizeof(arg), "the MAC");
}

static int put_vlan(struct net_pf *pf, uint32_t vlan)
{
	struct ifla_vf_vlan arg = { .vf = pf->vf, .vlan = vlan };

	return put(pf, IFLA_VF_VLAN, &arg, sizeof(arg), "the VLAN");
}

static int put_trust(struct net_pf *pf, bool on)
{
	struct ifla_vf_trust arg = { .vf = pf->vf, .setting = on };

	return put(pf, IFLA_VF_TRUST, &arg, sizeof(arg), "trust");
}

static int put_spoofchk(struct net_pf *pf, bool on)
{
	struct ifla_vf_spoofchk arg = { .vf = pf->vf, .setting = on };

	return put(pf, IFLA_VF_SPOOFCHK, &arg, sizeof(arg), "the spoof check");
}

static int put_link_auto(struct net_pf *pf)
{
	struct ifla_vf_link_state arg = {
		.vf = pf->vf,
		.link_state = IFLA_VF_LINK_STATE_AUTO,
	};

	return put(pf, IFLA_VF_LINK_STATE, &arg, sizeof(arg), "the link state");
}

int netvf_set(uint32_t bdf, uint32_t index, const struct spec_net *net,
	      char error[NETVF_ERROR_LEN])
{
	struct net_pf pf;
	int err = open_pf(&pf, bdf, index, error);

	if (err)
		return err;
	if (net->has_mac)
		err = put_mac(&pf, net->mac);
	if (!err && net->has_vlan)
		err = put_vlan(&pf, net->vlan);
	if (!err && net->trust != SPEC_UNSET)
		err = put_trust(&pf, net->trust == SPEC_ON);
	if (!err && net->spoofchk != SPEC_UNSET)
		err = put_spoofchk(&pf, net->spoofchk == SPEC_ON);
	close_pf(&pf);
	return err;
}

/* -- Reading back ----------------------------------------------------------- */

/**
 * struct net_state - what a PF keeps for a VF
 * @vf: its number
 * @found: it does
 * @mac: its address; zero where it has none
 * @vlan: its VLAN, or 0
 * @trust: it is trusted
 */
struct net_state {
	uint32_t vf;
	bool found;
	uint8_t mac[6];
	uint32_t vlan;
	bool trust;
};

static void read_vf(struct net_state *state, struct nlattr *info)
{
	struct nlattr *vf[IFLA_VF_MAX + 1];
	const struct ifla_vf_mac *mac;

	if (nla_parse_nested(vf, IFLA_VF_MAX, info, NULL) || !vf[IFLA_VF_MAC])
		return;
	mac = nla_data(vf[IFLA_VF_MAC]);
	if (mac->vf != state->vf)
		return;
	state->found = true;
	memcpy(state->mac, mac->mac, 6);
	if (vf[IFLA_VF_VLAN])
		state->vlan = ((struct ifla_vf_vlan *)nla_data(vf[IFLA_VF_VLAN]))->vlan;
	if (vf[IFLA_VF_TRUST])
		state->trust = ((struct ifla_vf_trust *)nla_data(vf[IFLA_VF_TRUST]))->setting == 1;
}

static int read_link(struct nl_msg *msg, void *arg)
{
	struct nlattr *list = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg),
					      IFLA_VFINFO_LIST);
	struct nlattr *info;
	int rest;

	if (list)
		nla_for_each_nested(info, list, rest)
			read_vf(arg, info);
	return NL_OK;
}

static int read_back(struct net_pf *pf, struct net_state *state)
{
	struct nl_msg *msg = new_message(pf, RTM_GETLINK, NLM_F_REQUEST);
	int err;

	memset(state, 0, sizeof(*state));
	state->vf = pf->vf;
	if (!msg || nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_VF)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	nl_socket_modify_cb(pf->sock, NL_CB_VALID, NL_CB_CUSTOM, read_link, state);
	err = exchange(pf, msg, nl_recvmsgs_default);
	if (err || !state->found)
		snprintf(pf->error, NETVF_ERROR_LEN, "the PF does not tell about its VF %u%s%s", pf->vf,
			 err ? ": " : "", err ? nl_geterror(err) : "");
	return err ? from_nl(err) : state->found ? 0 : -ENODEV;
}

/*
 * Some drivers give a VF without an address one of their own making: what must
 * be gone is the last holder's.
 */
static int check_clear(struct net_pf *pf, const struct net_state *before)
{
	static const uint8_t none[6];
	struct net_state state;
	const char *left = NULL;
	int err = read_back(pf, &state);

	if (err)
		return err;
	if (memcmp(state.mac, none, 6) && !memcmp(state.mac, before->mac, 6))
		left = "a MAC";
	else if (state.vlan)
		left = "a VLAN";
	else if (state.trust)
		left = "trust";
	if (!left)
		return 0;
	snprintf(pf->error, NETVF_ERROR_LEN, "the PF still keeps %s for its VF %u", left, pf->vf);
	return -EIO;
}

/* What a driver cannot set it cannot have set for the last holder. */
static int unless_unknown(int err)
{
	return err == -EOPNOTSUPP ? 0 : err;
}

int netvf_clear(uint32_t bdf, uint32_t index, char error[NETVF_ERROR_LEN])
{
	static const uint8_t none[6];
	struct net_state before;
	struct net_pf pf;
	int err = open_pf(&pf, bdf, index, error);

	if (err)
		return err;
	err = read_back(&pf, &before);
	if (!err)
		err = unless_unknown(put_trust(&pf, false));
	if (!err)
		err = unless_unknown(put_vlan(&pf, 0));
	if (!err)
		err = unless_unknown(put_mac(&pf, none));
	if (!err)
		err = unless_unknown(put_spoofchk(&pf, true));
	if (!err)
		err = unless_unknown(put_link_auto(&pf));
	if (!err)
		err = check_clear(&pf, &before);
	close_pf(&pf);
	return err;
}
