# SPDX-License-Identifier: GPL-2.0
#
# The kvmshare tool, its service, and what is installed with them.

US_CFLAGS ?= -O2 -g
US_WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wpointer-arith -Wwrite-strings -Wvla
US_HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	-fPIE -fcf-protection
US_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
US_OUT  ?= $(BUILD)/userspace

# The pure files, which tests/unit compiles too, and the rest of the library.
US_PURE := bdf parse classes spec subst detach nvmevf_share identity conf conf_file \
	conf_entry fs msg out
US_LIB := $(US_PURE) become ctl events holders job keep lease netvf node nvmevf pci pool \
	provision resolve setup sriov
US_DOCTOR := check cpu guests iommu memory security sriov suite
US_CMD := completion doctor help line run table version vf vf_common vf_enrol vf_history \
	vf_lease vf_list vf_quarantine vf_quota vm

US_PKGS := json-c libpci libnvme libnl-3.0
us_cc = $(CC) -std=gnu17 -D_GNU_SOURCE $(US_CFLAGS) $(US_WARN) $(US_HARDEN) \
	-DKVMSHARE_RELEASE='"$(VERSION)"' -Iinclude -MMD -MP \
	$(shell pkg-config --cflags $(US_PKGS) libsystemd libudev)

US_LIB_O := $(US_LIB:%=$(US_OUT)/lib/%.o)
US_DOCTOR_O := $(US_DOCTOR:%=$(US_OUT)/doctor/%.o)
US_HOST := clean log main poll_set restore watch
US_HOST_O := $(US_HOST:%=$(US_OUT)/host/%.o)
US_CMD_O := $(US_CMD:%=$(US_OUT)/cmd/%.o)

.PHONY: tool
tool: $(US_OUT)/kvmshare $(US_OUT)/kvmshare-host ## build the kvmshare tool and its service

$(US_OUT)/%.o: userspace/%.c userspace/userspace.mk
	@mkdir -p $(@D)
	$(us_cc) -c -o $@ $<

$(US_OUT)/kvmshare: $(US_OUT)/kvmshare.o $(US_CMD_O) $(US_DOCTOR_O) $(US_LIB_O)
	$(CC) $(US_CFLAGS) $(US_LINK) -o $@ $^ $(shell pkg-config --libs $(US_PKGS))

$(US_OUT)/kvmshare-host: $(US_HOST_O) $(US_LIB_O)
	$(CC) $(US_CFLAGS) $(US_LINK) -o $@ $^ $(shell pkg-config --libs $(US_PKGS) libsystemd libudev)

-include $(US_OUT)/*.d $(US_OUT)/*/*.d
