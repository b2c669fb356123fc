# What `make package` puts into the .debs, and where it is installed: `tally`, which people run; `libtally0`, which their
# programs load; and `libtally-dev`, which those are built with.
include(CMakePackageConfigHelpers)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)
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

if(TARGET tally_shared)
  add_dependencies(package_files tally_shared)
  set(libraries lib/${CMAKE_LIBRARY_ARCHITECTURE}) # Debian's place for them, as multiarch(7) has it
  set(packed ${PROJECT_BINARY_DIR}/package)
  install(TARGETS tally_shared EXPORT Tally
    LIBRARY DESTINATION ${libraries} COMPONENT library NAMELINK_COMPONENT development
    INCLUDES DESTINATION include)
  install(FILES deploy/deb/copyright ${made}/doc/tally/changelog.gz DESTINATION share/doc/libtally0 COMPONENT library)

  # While it is 0.x, the next minor version may differ in everything (https://semver.org).
  write_basic_package_version_file(${packed}/TallyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  configure_file(cmake/tally.pc.in ${packed}/tally.pc @ONLY)
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
  install(DIRECTORY src/client/include/tally DESTINATION include)
  install(EXPORT Tally FILE TallyConfig.cmake NAMESPACE Tally:: DESTINATION ${libraries}/cmake/Tally)
  install(FILES ${packed}/TallyConfigVersion.cmake DESTINATION ${libraries}/cmake/Tally)
  install(FILES ${packed}/tally.pc DESTINATION ${libraries}/pkgconfig)
  install(DIRECTORY examples/cxx/ DESTINATION share/doc/libtally-dev/examples)
  install(FILES deploy/deb/copyright docs/cxx-client.md ${made}/doc/tally/changelog.gz DESTINATION share/doc/libtally-dev)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tally)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Seed 6d0965ef maintainers <maintainers@users.noreply.r-seed-6d0965ef.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/package)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME tally)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "distributed counter: counting server, balancer and client
Tally counts on many servers at once. Each server adds to an atomic local
counter without waiting for another one, and shares what it counted with
all others every second. What it acknowledged it neither loses nor
doubles; a read says how fresh it is. It speaks HTTP and the Redis
protocol, and keeps its counts on disk.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~)")
set(scripts ${PROJECT_SOURCE_DIR}/deploy/deb)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
    ${scripts}/postinst;${scripts}/prerm;${scripts}/postrm;${scripts}/conffiles)

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libtally0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION
    "client library of the distributed counter Tally
Programs add to Tally's counters and read them with it. It finds their
counting server, stays with it, and moves on when that one fails.
.
This package has the library that they load.")
# Whoever was built with this version may use what earlier ones lack.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
# The two that are not there, of which CPack warns, keep it from writing ones that call ldconfig: in Debian the trigger does.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${scripts}/triggers;${scripts}/none/postinst;${scripts}/none/postrm)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtally-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
    "client library of the distributed counter Tally, to build with
Programs add to Tally's counters and read them with it. It finds their
counting server, stays with it, and moves on when that one fails.
.
This package has the C++ headers, what CMake and pkg-config look for,
and an example.")
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
include(CPack)
