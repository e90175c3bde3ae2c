"""Where the muscles of the hip run, and which fat, vessels and organs lie between them."""

# One side; (lateral, posterior, superior) mm from the head centre of a model of half width 170 mm
# and half depth 105 mm: path, radius. Muscles fill the room between the paths, most room going to
# the largest radius; thin fat planes part them.
MUSCLES = {
    "gluteus maximus, upper": ([(-45, 58, 62), (8, 54, 12)], 22),
    "gluteus maximus, lower": ([(-36, 52, 8), (28, 40, -52)], 22),
    "gluteus maximus, lateral": ([(14, 50, 45), (48, 32, -30)], 20),
    "gluteus medius": ([(26, 12, 95), (44, 8, 22)], 22),
    "gluteus minimus": ([(24, -8, 60), (40, -6, 16)], 10),
    "tensor fasciae latae": ([(38, -42, 55), (54, -34, -60)], 11),
    "sartorius": ([(28, -52, 60), (-4, -60, -60), (-18, -58, -120)], 8),
    "rectus femoris": ([(16, -38, 30), (20, -46, -120)], 13),
    "iliopsoas": ([(-8, -26, 100), (0, -36, 10), (-14, -8, -50)], 17),
    "pectineus": ([(-48, -40, -18), (-22, -14, -62)], 11),
    "obturator externus": ([(-48, -14, -38), (10, 20, -12)], 9),
    "obturator internus": ([(-40, 6, 14), (-44, 12, -42)], 9),
    "adductor longus": ([(-62, -36, -45), (-38, -28, -120)], 14),
    "adductor magnus": ([(-52, 2, -62), (-28, 16, -120)], 20),
    "hamstrings": ([(-24, 42, -68), (-12, 46, -120)], 14),
    "vastus lateralis": ([(36, -2, -48), (30, -8, -120)], 18),
    "vastus intermedius": ([(8, -20, -62), (4, -20, -120)], 15),
    "quadratus femoris": ([(-20, 26, -46), (20, 22, -36)], 8),
    "piriformis": ([(-40, 44, 36), (12, 22, 26)], 9),
    "gracilis": ([(-72, -16, -55), (-60, 0, -120)], 7),
}
FAT = {
    "femoral triangle": ([(-18, -52, 20), (-24, -50, -90)], 6),
    "sciatic": ([(-8, 42, 24), (-6, 38, -70)], 5),
    "ischioanal fossa": ([(-62, 44, -22), (-64, 34, -55)], 15),
    "inguinal": ([(-30, -60, 40), (-52, -58, -10)], 8),
}
VESSELS = {
    "femoral artery": ([(-10, -44, 90), (-14, -50, 0), (-22, -46, -120)], 4.5),
    "femoral vein": ([(-22, -38, 90), (-26, -46, 0), (-28, -38, -120)], 5.5),
    "sciatic nerve": ([(-12, 46, 30), (-6, 40, -110)], 4.0),
    "lymph node": ([(-20, -62, -22), (-21, -61, -30)], 4.0),
}
