# What `make package` puts into the .deb, and where it is installed.
include(GNUInstallDirs)

install(TARGETS tally DESTINATION bin)
install(FILES deploy/systemd/tally-server.service deploy/systemd/tally-balancer.service DESTINATION /lib/systemd/system)
install(FILES README.md ARCHITECTURE.md docs/tally.toml.example deploy/deb/copyright DESTINATION share/doc/tally)
install(DIRECTORY docs/ DESTINATION share/doc/tally/docs FILES_MATCHING PATTERN "*.md")
install(DIRECTORY deploy/prometheus deploy/grafana DESTINATION share/doc/tally)
install(FILES deploy/deb/tally.toml DESTINATION /etc/tally)

set(VERSION ${PROJECT_VERSION})
configure_file(deploy/deb/changelog.in ${PROJECT_BINARY_DIR}/package/changelog @ONLY)
set(made ${PROJECT_BINARY_DIR}/package/share)
add_custom_command(
  OUTPUT ${made}/doc/tally/changelog.gz
  COMMAND ${PROJECT_SOURCE_DIR}/deploy/deb/make_files.sh $<TARGET_FILE:tally> ${PROJECT_BINARY_DIR}/share/man/man1
          ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_BINARY_DIR}/package/changelog ${made}
  DEPENDS tally manual deploy/deb/make_files.sh CHANGELOG.md ${PROJECT_BINARY_DIR}/package/changelog
  COMMENT "Making what is packed" VERBATIM)
add_custom_target(package_files ALL DEPENDS ${made}/doc/tally/changelog.gz)
install(DIRECTORY ${made} DESTINATION .)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tally)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Seed 6d0965ef maintainers <maintainers@users.noreply.r-seed-6d0965ef.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "distributed counter: counting server, balancer and client")
set(CPACK_PACKAGE_DESCRIPTION
    "Tally counts on many servers at once. Each server adds to an atomic local
counter without waiting for another one, and shares what it counted with
all others every second. What it acknowledged it neither loses nor
doubles; a read says how fresh it is. It speaks HTTP and the Redis
protocol, and keeps its counts on disk.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/package)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/deploy/deb/postinst;${PROJECT_SOURCE_DIR}/deploy/deb/prerm;${PROJECT_SOURCE_DIR}/deploy/deb/postrm;${PROJECT_SOURCE_DIR}/deploy/deb/conffiles)
include(CPack)
