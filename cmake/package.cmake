# What `make package` puts into the .deb, and where it is installed.
include(GNUInstallDirs)

install(TARGETS tally DESTINATION bin)
install(FILES deploy/systemd/tally-server.service deploy/systemd/tally-balancer.service DESTINATION /lib/systemd/system)
install(FILES README.md ARCHITECTURE.md docs/tally.toml.example deploy/deb/copyright DESTINATION share/doc/tally)
install(DIRECTORY docs/ DESTINATION share/doc/tally/docs FILES_MATCHING PATTERN "*.md")
install(FILES deploy/deb/tally.toml DESTINATION /etc/tally)

# Debian wants these compressed, and without the moment at which that was done.
set(compressed ${PROJECT_BINARY_DIR}/package)
set(VERSION ${PROJECT_VERSION})
configure_file(deploy/deb/changelog.in ${compressed}/changelog @ONLY)
function(install_compressed text destination)
  get_filename_component(name ${text} NAME)
  add_custom_command(
    OUTPUT ${compressed}/${name}.gz
    COMMAND sh -c "gzip -9nc \"$1\" >\"$2\"" gzip ${text} ${compressed}/${name}.gz
    DEPENDS ${text}
    VERBATIM)
  add_custom_target(compressed_${name} ALL DEPENDS ${compressed}/${name}.gz)
  install(FILES ${compressed}/${name}.gz DESTINATION ${destination})
endfunction()
install_compressed(${compressed}/changelog share/doc/tally)
install_compressed(${PROJECT_SOURCE_DIR}/CHANGELOG.md share/doc/tally)

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
