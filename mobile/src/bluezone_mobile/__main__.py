from bluezone_mobile.app import main

main().main_loop()
