"""Frames as they are, on one device: `send DEVICE` takes them in hexadecimal, one a line, `hear DEVICE` writes them so."""

import socket
import sys

ETH_P_ALL = 3
FRAME_BYTES_MAX = 65_536

_, verb, device = sys.argv
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL if verb == "hear" else 0))
wire.bind((device, ETH_P_ALL if verb == "hear" else 0))
if verb == "send":
    for line in sys.stdin:
        wire.send(bytes.fromhex(line))
else:
    print("hears", flush=True)
    while True:
        print(wire.recv(FRAME_BYTES_MAX).hex(), flush=True)
