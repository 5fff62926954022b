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
US_PURE := bdf parse pairs classes spec vgpu_spec subst detach hugepages nvmevf_share identity conf conf_file \
	conf_entry fs lock msg out
US_LIB := $(US_PURE) after become clock ctl driver events holders job keep lease log netvf node nvmevf pci pool \
	provision resolve seal setup sriov typing
US_MONITOR := abuse abuse_counts detail exits fires fires_guest interrupt guard guard_event guard_maps guard_pin guard_rule learn monitor object profile profile_file programs reason_name sum vms
US_DOCTOR := check cpu guests iommu memory security sriov suite
US_CMD := completion doctor engine engine_bench exits exits_common exits_detail guard guard_apply guard_common guard_diff guard_events guard_learn help line mem mem_common mem_history mem_plan mem_rebuild mem_set mem_show run run_check run_hugepages run_mem run_take run_vgpu \
	table top top_rates version vf vf_common vf_enrol vf_history watch watch_check \
	vf_lease vf_list vf_quarantine vf_quota vgpu vgpu_common vgpu_device vgpu_rates vgpu_screen \
	vgpu_screenshot vgpu_slices vgpu_top vgpu_trace vm

US_PKGS := json-c libpci libnl-3.0 libpng libseccomp
# Debian 12's libnvme.pc asks for openssl's, which its package does not bring.
US_NVME := -lnvme
us_flags := $(shell pkg-config --cflags json-c libbpf libpci libnl-3.0 libmicrohttpd libseccomp libsystemd libudev 2>/dev/null)
us_cc = $(CC) -std=gnu17 -D_GNU_SOURCE $(US_CFLAGS) $(US_WARN) $(US_HARDEN) \
	-DKVMSHARE_RELEASE='"$(VERSION)"' -Iinclude -MMD -MP $(us_flags)

US_LIB_O := $(US_LIB:%=$(US_OUT)/lib/%.o)
US_DOCTOR_O := $(US_DOCTOR:%=$(US_OUT)/doctor/%.o)
US_HOST := clean main poll_set restore watch
US_MONITORD := arm http main metrics sink
US_MONITORD_O := $(US_MONITORD:%=$(US_OUT)/monitord/%.o)
US_HOST_O := $(US_HOST:%=$(US_OUT)/host/%.o)
US_HOOK := domxml holder hook record
US_HOOK_O := $(US_HOOK:%=$(US_OUT)/libvirt/%.o)
US_MONITOR_O := $(US_MONITOR:%=$(US_OUT)/monitor/%.o)
US_CMD_O := $(US_CMD:%=$(US_OUT)/cmd/%.o)

# -- Programs for the kernel's BPF machine: one object for every kernel ---------

CLANG ?= clang
BPF_ARCH := $(subst x86_64,x86,$(subst aarch64,arm64,$(shell uname -m)))
# No architecture's own headers belong to this target: those of the machine do.
bpf_multiarch := $(shell $(CC) -print-multiarch 2>/dev/null)
US_BPF_O := $(patsubst ebpf/%.bpf.c,$(US_OUT)/ebpf/%.bpf.o,$(wildcard ebpf/*.bpf.c))

$(US_OUT)/ebpf/%.bpf.o: ebpf/%.bpf.c userspace/userspace.mk
	@mkdir -p $(@D)
	@echo "  BPF     $<"
	@$(CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Werror -Iinclude \
		$(if $(bpf_multiarch),-I/usr/include/$(bpf_multiarch)) -MMD -MP -c -o $@ $<

$(US_OUT)/monitor/object.o: $(US_BPF_O)
$(US_OUT)/monitor/object.o: US_WARN += -DKVMSHARE_EBPF='"$(US_OUT)/ebpf"'

# The library for programs that have jobs: its objects serve both of its kinds.
US_VGPU_O := $(patsubst userspace/%.c,$(US_OUT)/%.o,$(wildcard userspace/vgpu/*.c))
US_VGPU_SO := libkvmshare-vgpu.so.0
US_VGPU_FILES := $(US_OUT)/libkvmshare-vgpu.a $(US_OUT)/$(US_VGPU_SO) $(US_OUT)/kvmshare-vgpu.pc

US_SERVICES := kvmshare-host.service kvmshare-mem.service kvmshare-monitor.service
US_PROGRAMS := $(US_OUT)/kvmshare $(US_OUT)/kvmshare-host $(US_OUT)/kvmshare-monitor $(US_OUT)/kvmshare-libvirt-hook

.PHONY: tool
tool: $(US_PROGRAMS) $(US_VGPU_FILES) ## build the kvmshare tool, its service, the libvirt hook and the library

$(US_OUT)/%.o: userspace/%.c userspace/userspace.mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(us_cc) -c -o $@ $<

us_link = @echo "  LD      $(@F)"; $(CC) $(US_CFLAGS) $(US_LINK) -o $@ $^ $(US_NVME) $(shell pkg-config --libs $(US_PKGS) $(1))

$(US_OUT)/kvmshare: $(US_OUT)/kvmshare.o $(US_CMD_O) $(US_MONITOR_O) $(US_DOCTOR_O) $(US_LIB_O) $(US_OUT)/libkvmshare-vgpu.a
	$(call us_link,ncursesw libbpf) -pthread

$(US_VGPU_O): US_HARDEN += -fPIC

$(US_OUT)/libkvmshare-vgpu.a: $(US_VGPU_O)
	@echo "  AR      $(@F)"
	@rm -f $@; $(AR) rcs $@ $^

$(US_OUT)/$(US_VGPU_SO): $(US_VGPU_O)
	@echo "  LD      $(@F)"
	@$(CC) $(US_CFLAGS) -shared -Wl,-soname,$(@F),-z,relro,-z,now,-z,noexecstack,-z,defs -o $@ $^

# prefix and libdir may be others when it is installed.
.PHONY: us-pc
$(US_OUT)/kvmshare-vgpu.pc: userspace/vgpu/kvmshare-vgpu.pc.in us-pc
	@mkdir -p $(@D)
	@sed 's|@prefix@|$(prefix)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|; s|@version@|$(VERSION)|' $< > $@

$(US_OUT)/kvmshare-host: $(US_HOST_O) $(US_LIB_O)
	$(call us_link,libsystemd libudev)

$(US_OUT)/kvmshare-monitor: $(US_MONITORD_O) $(US_MONITOR_O) $(US_LIB_O)
	$(call us_link,libbpf libmicrohttpd libsystemd)

$(US_OUT)/kvmshare-libvirt-hook: $(US_HOOK_O) $(US_LIB_O)
	$(call us_link)

-include $(US_OUT)/*.d $(US_OUT)/*/*.d

# -- Installing ----------------------------------------------------------------

prefix     ?= /usr
sbindir    ?= $(prefix)/sbin
libdir     ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir     ?= $(prefix)/share/man
compdir    ?= $(prefix)/share/bash-completion/completions
sysconfdir ?= /etc

us_man := $(wildcard docs/man/*.[1-8])

# FROM TO MODE of every file; uninstalling removes each TO.
us_files = \
	$(US_OUT)/kvmshare,$(sbindir)/kvmshare,755 \
	$(US_OUT)/kvmshare-host,$(sbindir)/kvmshare-host,755 \
	$(US_OUT)/kvmshare-monitor,$(sbindir)/kvmshare-monitor,755 \
	$(US_OUT)/kvmshare-libvirt-hook,$(sbindir)/kvmshare-libvirt-hook,755 \
	$(US_OUT)/kvmshare.bash,$(compdir)/kvmshare,644 \
	$(foreach s,$(US_SERVICES),$(US_OUT)/$(s),$(libdir)/systemd/system/$(s),644) \
	$(US_OUT)/libkvmshare-vgpu.a,$(libdir)/libkvmshare-vgpu.a,644 \
	$(US_OUT)/$(US_VGPU_SO),$(libdir)/$(US_VGPU_SO),755 \
	$(US_OUT)/kvmshare-vgpu.pc,$(libdir)/pkgconfig/kvmshare-vgpu.pc,644 \
	$(foreach h,kvmshare-vgpu.h uapi/kvmshare.h uapi/kvmshare_vgpu.h,include/$(h),$(includedir)/kvmshare/$(h),644) \
	$(foreach r,70-kvmshare 71-kvmshare-mdevctl,packaging/udev/$(r).rules,$(libdir)/udev/rules.d/$(r).rules,644) \
	packaging/modules-load.d/kvmshare.conf,$(libdir)/modules-load.d/kvmshare.conf,644 \
	packaging/sysusers.d/kvmshare.conf,$(libdir)/sysusers.d/kvmshare.conf,644 \
	packaging/modprobe.d/kvmshare.conf.in,$(libdir)/kvmshare/modprobe.conf.in,644 \
	packaging/setup,$(libdir)/kvmshare/setup,755 \
	$(foreach p,$(wildcard packaging/guard/*.profile),$(p),$(prefix)/share/kvmshare/guard/$(notdir $(p)),644) \
	$(foreach m,$(us_man),$(m),$(mandir)/man$(patsubst .%,%,$(suffix $(m)))/$(notdir $(m)),644)
us_so_link = $(libdir)/libkvmshare-vgpu.so
# Without it no profile holds.
us_guard_dir = $(sysconfdir)/kvmshare/guard.d
us_hook_link = $(sysconfdir)/libvirt/hooks/qemu.d/kvmshare

$(US_OUT)/kvmshare.bash: $(US_OUT)/kvmshare
	@$< completion bash > $@

$(US_OUT)/%.service: packaging/systemd/%.service
	@mkdir -p $(@D)
	@sed 's|/usr/sbin/|$(sbindir)/|' $< > $@

.PHONY: install-tool uninstall-tool
install-tool: tool $(US_OUT)/kvmshare.bash $(US_SERVICES:%=$(US_OUT)/%) ## install the tool and what belongs to it (root; DESTDIR, prefix)
	@set -e; for f in $(us_files); do \
		IFS=, read -r from to mode <<< "$$f"; \
		install -D -m $$mode "$$from" "$(DESTDIR)$$to"; \
	done
	@ln -sf $(US_VGPU_SO) $(DESTDIR)$(us_so_link)
	@mkdir -p $(DESTDIR)$(dir $(us_hook_link)) $(DESTDIR)$(us_guard_dir)
	@ln -sf $(sbindir)/kvmshare-libvirt-hook $(DESTDIR)$(us_hook_link)
	@[ -n "$(DESTDIR)" ] || $(libdir)/kvmshare/setup install $(libdir)/kvmshare/modprobe.conf.in

uninstall-tool: ## remove them again, with /etc/kvmshare (root; DESTDIR, prefix)
	@[ -n "$(DESTDIR)" ] || packaging/setup remove
	@set -e; for f in $(us_files); do \
		IFS=, read -r from to mode <<< "$$f"; \
		rm -f "$(DESTDIR)$$to"; \
	done
	@rm -f $(DESTDIR)$(us_hook_link) $(DESTDIR)$(us_so_link)
	@rmdir $(DESTDIR)$(includedir)/kvmshare/uapi $(DESTDIR)$(includedir)/kvmshare 2>/dev/null || true
	@rmdir $(DESTDIR)$(libdir)/kvmshare $(DESTDIR)$(prefix)/share/kvmshare/guard $(DESTDIR)$(prefix)/share/kvmshare \
		$(DESTDIR)$(us_guard_dir) 2>/dev/null || true
	@cd $(DESTDIR)$(sysconfdir) && rmdir -p --ignore-fail-on-non-empty libvirt/hooks/qemu.d 2>/dev/null || true
	@[ -n "$(DESTDIR)" ] || packaging/setup reload

# -- Checking ------------------------------------------------------------------

.PHONY: tool-check
tool-check: tool ## hold the manual pages and the completion against the command table
	@tests/unit/tool-check $(US_OUT)/kvmshare docs/man
