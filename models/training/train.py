"""Trains the generator of the embedded default: an adversarial spherical autoencoder on fruit photographs.

    python3 train.py --data DATA --out OUT --stage 32:60:64:0 --stage 64:60:32:0.05 --stage 128:600:32:0.05

An encoder maps photographs to the sphere |z| = sqrt(Z_DIM) (where N(0, 1) codes live too); the generator has to
reproduce them from there (so that every fruit of the data has a code: what inversion needs), and a critic judges
reproductions and images of random codes (so that the codes in between are fruit as well).
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from networks import TOP_LEVEL, Z_DIM, Generator, ImageReader, level_of, resolution_of

RADIUS = math.sqrt(Z_DIM)
#: Noise on the encoder's codes, relative to their length: neighbours of a code must decode to the same fruit.
CODE_NOISE = 0.12
#: Images after which the averaged generator has forgotten half of what it was.
AVERAGE_HALF_LIFE = 3000
#: R1 on every eighth step, eight times as strong.
GRADIENT_PENALTY, PENALTY_EVERY = 1.0, 8


def parse_stage(text):
    """RESOLUTION:MINUTES:BATCH:WEIGHT"""
    try:
        resolution, minutes, batch, weight = text.split(":")
        return level_of(int(resolution)), float(minutes), int(batch), float(weight)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: expected RESOLUTION:MINUTES:BATCH:WEIGHT ({error})") from error


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of photographs, searched recursively for *.jpg")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, state and sample sheets")
    parser.add_argument("--stage", type=parse_stage, action="append", required=True, metavar="R:MINUTES:BATCH:WEIGHT",
                        help="train at R pixels for so long; WEIGHT is that of the adversarial loss, 0 for none; repeatable")
    parser.add_argument("--resume", type=Path, metavar="STATE", help="state.pt of an earlier run")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of Adam; falls to 0 over the last stage (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="CPU threads (default: PyTorch's choice)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def load_photographs(folder):
    """All photographs at the top resolution, uint8 [count, 3, R, R]."""
    files = sorted(folder.rglob("*.jpg"))
    if not files:
        raise SystemExit(f"{folder}: no .jpg files in it; unpack the data set there (see README.md)")
    side = resolution_of(TOP_LEVEL)
    pixels = [np.asarray(Image.open(f).convert("RGB").resize((side, side), Image.LANCZOS)) for f in files]
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous()


def reduced(photographs, level):
    factor = 2 ** (TOP_LEVEL - level)
    if factor == 1:
        return photographs
    parts = [F.avg_pool2d(part.float(), factor).round().to(torch.uint8) for part in photographs.split(512)]
    return torch.cat(parts)


class Trainer:
    def __init__(self, learning_rate, device):
        self.device = torch.device(device)
        self.learning_rate = learning_rate
        self.generator = Generator().to(device)
        self.averaged = Generator().to(device)
        self.averaged.load_state_dict(self.generator.state_dict())
        self.encoder = ImageReader(Z_DIM, batch_statistics=False).to(device)
        self.critic = ImageReader(1, batch_statistics=True).to(device)
        autoencoder = [*self.generator.parameters(), *self.encoder.parameters()]
        self.autoencoder_adam = torch.optim.Adam(autoencoder, learning_rate, (0.0, 0.99))
        self.critic_adam = torch.optim.Adam(self.critic.parameters(), learning_rate, (0.0, 0.99))
        self.steps = 0

    def parts(self):
        names = ("generator", "averaged", "encoder", "critic", "autoencoder_adam", "critic_adam")
        return {name: getattr(self, name) for name in names}

    def state(self):
        return {name: part.state_dict() for name, part in self.parts().items()}

    def resume(self, state):
        for name, part in self.parts().items():
            part.load_state_dict(state[name])

    def set_rate(self, factor):
        for adam in (self.autoencoder_adam, self.critic_adam):
            for group in adam.param_groups:
                group["lr"] = self.learning_rate * factor

    def half_precision(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def step(self, x, level, fade, adversarial_weight):
        """One step of the autoencoder and, with an adversarial weight, one of the critic. Returns both losses' values."""
        n = len(x)
        with self.half_precision():
            code = self.encoder(x, level, fade)
            noise = CODE_NOISE * code.detach().norm(dim=1, keepdim=True) / RADIUS * torch.randn_like(code)
            copy = self.generator(RADIUS * F.normalize(code + noise), level, fade)
            random = torch.randn(n, Z_DIM, device=self.device)
            fake = self.generator(random, level, fade) if adversarial_weight else None
        copy = copy.float()
        difference = (copy - x).abs().mean()
        coarse = (F.avg_pool2d(copy, 4) - F.avg_pool2d(x, 4)).abs().mean()
        loss = 8 * difference + 8 * coarse + sphere_loss(code)
        if adversarial_weight:
            self.critic.requires_grad_(False)
            with self.half_precision():
                judged = self.critic(torch.cat([fake.float(), copy]), level, fade)
            loss = loss + adversarial_weight * F.softplus(-judged).mean()
            self.critic.requires_grad_(True)
        self.autoencoder_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.autoencoder_adam.step()
        if adversarial_weight:
            self.critic_step(x, torch.cat([fake.detach().float(), copy.detach()]), level, fade)
        keep = 0.5 ** (n / AVERAGE_HALF_LIFE)
        with torch.no_grad():
            for mean, now in zip(self.averaged.parameters(), self.generator.parameters()):
                mean.lerp_(now, 1 - keep)
        self.steps += 1
        return loss.item(), difference.item()

    def critic_step(self, real, fake, level, fade):
        """Non-saturating logistic loss with a lazy R1 penalty on real images."""
        with self.half_precision():
            judged = self.critic(torch.cat([real, fake]), level, fade)
        loss = F.softplus(-judged[: len(real)]).mean() + F.softplus(judged[len(real) :]).mean()
        if self.steps % PENALTY_EVERY == 0:
            some = real[: max(4, len(real) // 2)].clone().requires_grad_(True)
            (slope,) = torch.autograd.grad(self.critic(some, level, fade).sum(), some, create_graph=True)
            loss = loss + PENALTY_EVERY * GRADIENT_PENALTY / 2 * slope.square().sum((1, 2, 3)).mean()
        self.critic_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_adam.step()

    @torch.no_grad()
    def sheet(self, x, level):
        """A picture of pairs (photograph, its reproduction) and of random fruits, eight a row."""
        copies = self.averaged(RADIUS * F.normalize(self.encoder(x, level)), level)
        codes = torch.randn(32, Z_DIM, generator=torch.Generator().manual_seed(1)).to(self.device)
        tiles = torch.cat([torch.stack([x, copies], 1).flatten(0, 1), self.averaged(codes, level)])
        r = tiles.shape[-1]
        grid = tiles.view(-1, 8, 3, r, r).permute(0, 3, 1, 4, 2).reshape(-1, 8 * r, 3)
        return Image.fromarray(((grid.clamp(-1, 1) + 1) * 127.5).byte().cpu().numpy())


def sphere_loss(code):
    """Pulls a batch of codes towards the uniform distribution on the sphere: centred and, where n allows, decorrelated."""
    n = len(code)
    unit = F.normalize(code)
    loss = 2 * unit.mean(0).square().sum()
    if n >= 32:
        covariance = unit.t() @ unit * (Z_DIM / n)
        loss = loss + 0.05 * (covariance - torch.eye(Z_DIM, device=code.device)).square().mean()
    return loss


def batch_of(images, n, device):
    x = images[torch.randint(0, len(images), (n,))].to(device).float() / 127.5 - 1
    flipped = torch.rand(n, device=device) < 0.5
    return torch.where(flipped.view(-1, 1, 1, 1), x.flip(3), x)


def save(trainer, out, images, level):
    chosen = images[:: max(1, len(images) // 16)][:16].to(trainer.device).float() / 127.5 - 1
    trainer.sheet(chosen, level).save(out / "latest.png")
    replace(trainer.averaged.checkpoint(level), out / f"fruit{resolution_of(level)}.pth")
    replace(trainer.state(), out / "state.pt")


def replace(content, file):
    """An interrupted run leaves the last complete file."""
    draft = file.with_suffix(".part")
    torch.save(content, draft)
    draft.replace(file)


def main():
    args = parse_arguments()
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    photographs = load_photographs(args.data)
    trainer = Trainer(args.learning_rate, args.device)
    if args.resume:
        trainer.resume(torch.load(args.resume, map_location=args.device))
    for index, (level, minutes, batch, adversarial_weight) in enumerate(args.stage):
        images = reduced(photographs, level)
        # A first stage starts whole; later ones fade their new layers in over a fifth of their time.
        grows = index > 0 and level != args.stage[index - 1][0]
        last = index == len(args.stage) - 1
        begin = reported = time.monotonic()
        seen = 0
        while (done := (time.monotonic() - begin) / (60 * minutes)) < 1:
            trainer.set_rate(0.5 + 0.5 * math.cos(math.pi * done) if last else 1.0)
            fade = min(1.0, 5 * done) if grows else 1.0
            loss, difference = trainer.step(batch_of(images, batch, trainer.device), level, fade, adversarial_weight)
            seen += batch
            if time.monotonic() - reported > 60:
                reported = time.monotonic()
                print(f"{resolution_of(level)} px, {100 * done:.0f} %, {seen} images, loss {loss:.3f}, |x - copy| {difference:.4f}", flush=True)
                save(trainer, args.out, images, level)
        save(trainer, args.out, images, level)


if __name__ == "__main__":
    main()
